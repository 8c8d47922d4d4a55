import type { Kysely } from 'kysely'
import { insertRows } from '#platform/database/bulk-insert.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import type { Database } from '../database.ts'
import { type DemoRows, demoTables } from './rows.ts'

/** Tables that tell whether anybody has used this database. */
const telling = ['user_account', 'course', 'audit_event'] as const

/** The names of tables that hold something already; empty: the database may be filled. */
export async function tablesInUse(db: Kysely<Database>): Promise<string[]> {
  const found: string[] = []
  for (const table of telling) {
    const row = await db.selectFrom(table).select('id').limit(1).executeTakeFirst()
    if (row) found.push(table)
  }
  return found
}

/** Writes all of it in one transaction; `onProgress` gets the number of rows written so far. */
export async function writeDemo(
  db: Kysely<Database>,
  rows: DemoRows,
  onProgress: (written: number) => void = () => {},
): Promise<void> {
  await inTransaction(db, async (tx) => {
    let written = 0
    for (const table of demoTables) {
      const before = written
      written += await insertRows(tx, table, rows[table] as object[] as never[], (count) => onProgress(before + count))
    }
  })
}

export function countRows(rows: DemoRows): number {
  return demoTables.reduce((sum, table) => sum + rows[table].length, 0)
}
