export interface AnalyticsDatabase {
  /** Counted by a job; no row: not counted yet. */
  course_statistics: {
    course_id: string
    enrolled: number
    active: number
    withdrawn: number
    expired: number
    completed: number
    /** Over all enrollments, whatever became of them. */
    percent_sum: number
    seconds_sum: number
    /** When the numbers last changed. */
    computed_at: string
  }
}
