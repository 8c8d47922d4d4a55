import type { Kysely } from 'kysely'
import { notAllowed, type Principal } from '#modules/auth/index.ts'
import { type CourseRight, may, selectStaffRole, standingOf, whoMay } from '#modules/courses/index.ts'
import type { Database } from '../../database.ts'
import { readNumber } from './numbers/number.ts'
import { numberMistyped } from './problems.ts'
import type { CertificateRow } from './queries.ts'

/** The number as it is stored; refused when it was mistyped. */
export function requireNumber(typed: string): string {
  const read = readNumber(typed)
  if ('mistake' in read) throw numberMistyped(read)
  return read.number
}

/** Refuses a caller who is neither staff with `right` in the certificate's course nor, where he may, its holder. */
export async function requireCertificateRight(
  db: Kysely<Database>,
  caller: Principal,
  row: CertificateRow,
  right: CourseRight,
  { holder }: { readonly holder: boolean },
): Promise<void> {
  if (holder && row.user_id === caller.userId) return
  const role = row.course_id === null ? undefined : await selectStaffRole(db, row.course_id, caller.userId)
  if (may(standingOf(caller, role), right)) return
  throw notAllowed({ needs: holder ? `the holder of the certificate, or ${whoMay(right)}` : whoMay(right) })
}
