import type { Kysely } from 'kysely'
import { notAllowed, type Principal } from '#modules/auth/index.ts'
import { type CourseRight, may, selectStaffRole, standingOf, whoMay } from '#modules/courses/index.ts'
import type { Database } from '../../database.ts'
import type { EnrollmentRow } from './as-of.ts'
import { enrollmentNotFound } from './problems.ts'

/** Who may do something with an enrollment. */
export interface EnrollmentRule {
  /** The student it belongs to. */
  readonly owner: boolean
  /** Staff of its course with this right; null: none. */
  readonly staff: CourseRight | null
}

/**
 * The enrollment, when `caller` may do with it what `rule` is about. Who may not even see it gets 404: strangers,
 * who cannot find out which ids exist. Those who may see it get 403.
 */
export async function requireEnrollment(
  db: Kysely<Database>,
  caller: Principal,
  enrollmentId: string,
  row: EnrollmentRow | undefined,
  rule: EnrollmentRule,
): Promise<EnrollmentRow> {
  if (!row) throw enrollmentNotFound({ enrollmentId })
  const isOwner = row.user_id === caller.userId
  if (isOwner && rule.owner) return row
  const standing = standingOf(caller, await selectStaffRole(db, row.course_id, caller.userId))
  if (rule.staff && may(standing, rule.staff)) return row
  if (!isOwner && !may(standing, 'see-roster')) throw enrollmentNotFound({ enrollmentId })
  throw notAllowed({ needs: rule.staff ? whoMay(rule.staff) : 'the student of this enrollment' })
}
