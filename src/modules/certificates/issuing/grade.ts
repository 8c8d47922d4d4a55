import type { Kysely } from 'kysely'
import { readFinalGrade } from '#modules/gradebook/index.ts'
import { parseDecimal } from '#platform/decimal/decimal.ts'
import type { Database } from '../../../database.ts'
import type { Candidate } from '../queries.ts'
import type { SettingRow } from '../settings/queries.ts'

type Tx = Kysely<Database>

/** The final grade as a certificate shows it, `B (84.5 %)`; null where the course shows none, and where there is none. */
export async function shownGrade(tx: Tx, candidate: Candidate, setting: SettingRow): Promise<string | null> {
  if (!setting.shows_grade) return null
  const { percent, letter } = await gradeOf(tx, candidate)
  if (percent === null) return null
  return letter === null ? `${percent} %` : `${letter} (${percent} %)`
}

/** Whether the final grade is at least what the course asks for; where it asks for none, always. */
export async function meetsMinimum(tx: Tx, candidate: Candidate, setting: SettingRow): Promise<boolean> {
  if (setting.minimum_percent === null) return true
  const { percent } = await gradeOf(tx, candidate)
  return percent !== null && parseDecimal(percent) >= setting.minimum_percent
}

function gradeOf(tx: Tx, { enrollment_id, course_id }: Candidate) {
  return readFinalGrade(tx, { id: enrollment_id, course_id })
}
