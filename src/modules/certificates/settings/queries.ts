import type { Kysely, Selectable } from 'kysely'
import { lockRow } from '#platform/database/dialect.ts'
import type { Database } from '../../../database.ts'
import type { CertificatesDatabase } from '../tables.ts'

type Executor = Kysely<Database>
export type SettingRow = Selectable<CertificatesDatabase['certificate_setting']>

export function selectSetting(db: Executor, courseId: string): Promise<SettingRow | undefined> {
  return db.selectFrom('certificate_setting').selectAll().where('course_id', '=', courseId).executeTakeFirst()
}

export function lockSetting(tx: Executor, courseId: string): Promise<SettingRow | undefined> {
  const query = tx.selectFrom('certificate_setting').selectAll().where('course_id', '=', courseId)
  return lockRow(tx, query).executeTakeFirst()
}

/** Stores the settings and counts their version up; the first is 1. */
export async function storeSetting(
  tx: Executor,
  { signatories, ...row }: Omit<SettingRow, 'version'>,
): Promise<SettingRow> {
  const values = { ...row, signatories: JSON.stringify(signatories) }
  const { course_id: _key, ...changes } = values
  return tx
    .insertInto('certificate_setting')
    .values(values)
    .onConflict((conflict) =>
      conflict
        .column('course_id')
        .doUpdateSet((eb) => ({ ...changes, version: eb('certificate_setting.version', '+', 1) })),
    )
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** The courses that certify from a certain grade on. */
export async function selectGradedCourseIds(db: Executor): Promise<string[]> {
  const rows = await db
    .selectFrom('certificate_setting')
    .select('course_id')
    .where('is_enabled', '=', true)
    .where('minimum_percent', 'is not', null)
    .orderBy('course_id')
    .execute()
  return rows.map(({ course_id }) => course_id)
}
