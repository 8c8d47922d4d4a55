import { type Kysely, sql } from 'kysely'
import type { Database } from '../../database.ts'

export interface SqliteFacts {
  readonly version: string
  readonly journalMode: string
  readonly encoding: string
  readonly sizeBytes: number
  /** What `quick_check` complains of; null when the file is too large to look at in passing. */
  readonly damage: readonly string[] | null
  /** Rows that refer to rows which are not there; null when the file is too large. */
  readonly brokenReferences: number | null
}

/** Reading a whole file of this size takes seconds. */
const LARGEST_CHECKED_BYTES = 512 * 1024 * 1024

export async function readSqlite(db: Kysely<Database>): Promise<SqliteFacts> {
  const pragma = async (name: string) => {
    const { rows } = await sql<Record<string, unknown>>`select * from ${sql.raw(`pragma_${name}`)}`.execute(db)
    return rows.map((row) => String(Object.values(row)[0]))
  }
  const { rows: versions } = await sql<{ version: string }>`select sqlite_version() as version`.execute(db)
  const sizeBytes = Number((await pragma('page_count'))[0]) * Number((await pragma('page_size'))[0])
  const isSmall = sizeBytes <= LARGEST_CHECKED_BYTES
  return {
    version: versions[0]?.version ?? '0',
    journalMode: (await pragma('journal_mode'))[0] ?? 'unknown',
    encoding: (await pragma('encoding'))[0] ?? 'unknown',
    sizeBytes,
    damage: isSmall ? (await pragma('quick_check')).filter((line) => line !== 'ok') : null,
    brokenReferences: isSmall ? (await pragma('foreign_key_check')).length : null,
  }
}
