/** What happened on one UTC day; a day without anything has no row. */
interface DayNumbers {
  enrollments: number
  completions: number
  active_students: number
  lessons_completed: number
}

/** All of it is counted by a job from what other modules store, and could be counted again. */
export interface AnalyticsDatabase {
  /** No row: not counted yet. */
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
    /** Enrollments with activity on the last 7 and 30 UTC days, today included. */
    active_7_days: number
    active_30_days: number
    needs_attention: number
    /** When this course was last counted: it has not changed since, or only a moment ago. */
    computed_at: string
  }
  course_day: { course_id: string; day: string } & DayNumbers
  lesson_statistics: {
    lesson_id: string
    course_id: string
    completed: number
    in_progress: number
    /** Of those who completed the lesson and whose time was measured; null: of nobody. */
    median_seconds: number | null
    stopped_here: number
  }
  system_day: { day: string } & DayNumbers
  /** One row, with the id 1. */
  system_statistics: {
    id: number
    administrators: number
    instructors: number
    students: number
    deactivated: number
    /** Different people, in whatever course. */
    active_7_days: number
    active_30_days: number
    draft_courses: number
    published_courses: number
    archived_courses: number
    enrolled: number
    active: number
    completed: number
    percent_sum: number
    /** When the last run that counted all that had changed began. */
    counted_at: string
  }
}
