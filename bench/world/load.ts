import { chmod, mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import { insertRows } from '#platform/database/bulk-insert.ts'
import { dialectOfDatabase } from '#platform/database/dialect.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import type { Database } from '../../src/database.ts'
import { allRows, type TableRows } from './rows.ts'
import type { World } from './world.ts'

export type LoadProgress = (table: string, done: number, total: number) => void

/** Fills a migrated, empty database of our own with the world. Reckless towards crashes, so only for such a database. */
export async function loadWorld(
  db: Kysely<Database>,
  world: World,
  passwordHash: string,
  onProgress: LoadProgress,
): Promise<void> {
  if (dialectOfDatabase(db) === 'postgres') await loadPostgres(db, world, passwordHash, onProgress)
  else await loadSqlite(db, world, passwordHash, onProgress)
}

async function loadSqlite(db: Kysely<Database>, world: World, passwordHash: string, onProgress: LoadProgress) {
  // The rows are right by construction; a check of every reference would take longer than the rows themselves.
  for (const pragma of ['foreign_keys = off', 'synchronous = off', 'cache_size = -1000000']) {
    await sql.raw(`pragma ${pragma}`).execute(db)
  }
  for (const { table, count, rows } of allRows(world, passwordHash)) {
    await inTransaction(db, (tx) => insertRows(tx, table, rows(), (done) => onProgress(table, done, count)))
  }
  await sql.raw('pragma wal_checkpoint(truncate)').execute(db)
}

const ROWS_PER_FILE = 500_000

async function loadPostgres(db: Kysely<Database>, world: World, passwordHash: string, onProgress: LoadProgress) {
  const directory = await mkdtemp(join(tmpdir(), 'lms-bench-copy-'))
  await chmod(directory, 0o755) // the server runs as another user
  try {
    await db.connection().execute(async (connection) => {
      // Skips the checks of references, as above.
      await sql.raw('set session_replication_role = replica').execute(connection)
      await sql.raw('set statement_timeout = 0').execute(connection)
      for (const one of allRows(world, passwordHash)) await copyTable(connection, one, directory, onProgress)
      await sql.raw('vacuum analyze').execute(connection)
      await sql.raw('checkpoint').execute(connection)
    })
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

async function copyTable(
  db: Kysely<Database>,
  { table, count, rows }: TableRows,
  directory: string,
  onProgress: LoadProgress,
): Promise<void> {
  const source = rows()[Symbol.iterator]()
  for (let done = 0; done < count; ) {
    const path = join(directory, `${table}.copy`)
    const written = await writeCopyFile(path, source, Math.min(ROWS_PER_FILE, count - done))
    await sql.raw(`copy ${table} (${written.columns.join(', ')}) from '${path}'`).execute(db)
    done += written.count
    onProgress(table, done, count)
  }
}

/** A file in PostgreSQL's text format of COPY. Source: PostgreSQL documentation, COPY, “Text Format”. */
async function writeCopyFile(path: string, source: Iterator<object>, limit: number) {
  const file = await open(path, 'w', 0o644)
  let columns: string[] = []
  let count = 0
  let lines: string[] = []
  try {
    while (count < limit) {
      const next = source.next()
      if (next.done) break
      if (count === 0) columns = Object.keys(next.value)
      lines.push(Object.values(next.value).map(copyField).join('\t'))
      count++
      if (lines.length === 1000 || count === limit) {
        await file.write(`${lines.join('\n')}\n`)
        lines = []
      }
    }
  } finally {
    await file.close()
  }
  return { columns, count }
}

function copyField(value: unknown): string {
  if (value === null || value === undefined) return '\\N'
  if (typeof value !== 'string') return String(value)
  return /[\\\n\r\t]/.test(value) ? value.replace(/[\\\n\r\t]/g, (one) => escapes[one] ?? one) : value
}

const escapes: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }
