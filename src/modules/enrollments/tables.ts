import type { Generated } from 'kysely'

export interface EnrollmentsDatabase {
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
    actor_id: string | null
  }
}
