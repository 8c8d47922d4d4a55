import type { Generated } from 'kysely'

export interface ProgressDatabase {
  lesson_progress: {
    enrollment_id: string
    lesson_id: string
    started_at: string
    completed_at: string | null
    /** Measured by the server from heartbeats. */
    time_spent_seconds: Generated<number>
    /** The last heartbeat, or the completion. */
    last_activity_at: string
  }
  /** The stored summary of one enrollment; `recompute` makes it again from `lesson_progress`. */
  course_progress: {
    enrollment_id: string
    required_lessons: number
    completed_lessons: number
    percent: number
    time_spent_seconds: Generated<number>
    last_activity_at: string | null
    /** Set once; later edits of the course never take it back. */
    completed_at: string | null
  }
  /** The last heartbeat of a person, in whatever lesson: nobody learns in two places at once. */
  heartbeat: { user_id: string; beat_at: string }
  /** One row per person and UTC day on which that person learnt. */
  learning_day: {
    user_id: string
    day: string
    time_spent_seconds: Generated<number>
    lessons_completed: Generated<number>
  }
}
