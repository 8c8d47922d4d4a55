import type { Selectable } from 'kysely'
import type { Enrollment } from './schemas.ts'
import type { EnrollmentsDatabase } from './tables.ts'

export type EnrollmentRow = Selectable<EnrollmentsDatabase['enrollment']>

/** Its time has passed, and the job has not seen it yet. */
export function isOverdue(row: EnrollmentRow, now: Date): boolean {
  return row.status === 'active' && row.expires_at !== null && row.expires_at <= now.toISOString()
}

/**
 * The enrollment as it is at `now`. Its end takes effect when the time passes, not when the job `enrollments.expire`
 * has seen it: until then this is the row, version included, as the job is going to leave it.
 */
export function asOf<R extends EnrollmentRow>(row: R, now: Date): R {
  if (!isOverdue(row, now)) return row
  return { ...row, status: 'expired', ended_at: row.expires_at, version: row.version + 1 }
}

export function toEnrollment(row: EnrollmentRow): Enrollment {
  return {
    id: row.id,
    courseId: row.course_id,
    userId: row.user_id,
    status: row.status,
    source: row.source,
    enrolledAt: row.enrolled_at,
    expiresAt: row.expires_at,
    endedAt: row.ended_at,
  }
}
