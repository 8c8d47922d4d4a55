import type { Kysely } from 'kysely'
import type { Database } from '../../src/database.ts'

/** What the audit log says was done, in order. */
export async function auditActions(db: Kysely<Database>): Promise<string[]> {
  const rows = await db.selectFrom('audit_event').select('action').orderBy('id').execute()
  return rows.map(({ action }) => action)
}
