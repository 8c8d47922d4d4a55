import type { Generated } from 'kysely'

export interface EnrollmentsDatabase {
  /** As a job last left it: `asOf` says what it is at a moment. */
  enrollment: {
    id: string
    course_id: string
    user_id: string
    status: 'active' | 'withdrawn' | 'expired'
    source: 'self' | 'staff' | 'import'
    enrolled_at: string
    expires_at: string | null
    ended_at: string | null
    version: Generated<number>
  }
  /** What happened to an enrollment; only ever added to. */
  enrollment_event: {
    id: string
    enrollment_id: string
    event: 'enrolled' | 'withdrawn' | 'expired' | 'returned' | 'extended' | 'completed'
    occurred_at: string
    /** Null: the system. */
    actor_id: string | null
    /** When the enrollment ends, as this event left it. */
    expires_at: string | null
  }
}
