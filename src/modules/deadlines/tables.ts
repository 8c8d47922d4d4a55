import type { Generated } from 'kysely'

export interface DeadlinesDatabase {
  accommodation: {
    id: string
    course_id: string
    user_id: string
    /** The lesson of the quiz or assignment it is for; null: all of the course. */
    lesson_id: string | null
    /** Decimal, at least 1. Multiplies time limits. */
    time_factor: number | null
    extra_minutes: number
    extra_days: number
    /** Moments, as they were written. Only with `lesson_id`. */
    opens: string | null
    due: string | null
    closes: string | null
    /** For the staff; the student does not see it. */
    reason: string
    created_at: string
    updated_at: string
    /** Who changed it last. */
    updated_by: string
    version: Generated<number>
  }
}
