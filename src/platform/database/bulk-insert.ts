import { CompiledQuery, type Insertable, type Kysely } from 'kysely'
import { dialectOfDatabase } from './dialect.ts'

const ROWS_MAX = 500
/** SQLite binds at most 32,766 values in one statement, PostgreSQL 65,535. */
const VALUES_MAX = 30_000

/**
 * Inserts many rows of one table, hundreds with each statement; returns how many. Every row has the columns of the
 * first. Call it in a transaction: without one, each statement is one of its own.
 */
export async function insertRows<DB, T extends keyof DB & string>(
  tx: Kysely<DB>,
  table: T,
  rows: Iterable<Insertable<DB[T]>>,
  onProgress: (count: number) => void = () => {},
): Promise<number> {
  const placeholder = dialectOfDatabase(tx) === 'postgres' ? (n: number) => `$${n}` : () => '?'
  let columns: string[] = []
  let fullBatch = ''
  let count = 0
  for (const batch of batches(rows)) {
    if (count === 0) columns = Object.keys(batch[0] ?? {})
    const isFull = batch.length === batchSize(columns.length)
    // One text for all full batches: it is built once and the driver prepares it once.
    const text = isFull && fullBatch ? fullBatch : insertText(table, columns, batch.length, placeholder)
    if (isFull) fullBatch = text
    const values = batch.flatMap((row) => columns.map((column) => (row as Record<string, unknown>)[column]))
    await tx.executeQuery(CompiledQuery.raw(text, values))
    count += batch.length
    onProgress(count)
  }
  return count
}

function* batches<R extends object>(rows: Iterable<R>): Generator<R[]> {
  let batch: R[] = []
  for (const row of rows) {
    batch.push(row)
    if (batch.length === batchSize(Object.keys(batch[0] ?? {}).length)) {
      yield batch
      batch = []
    }
  }
  if (batch.length > 0) yield batch
}

function batchSize(columns: number): number {
  return Math.min(ROWS_MAX, Math.floor(VALUES_MAX / Math.max(1, columns)))
}

function insertText(table: string, columns: readonly string[], rows: number, placeholder: (n: number) => string) {
  let n = 0
  const row = () => `(${columns.map(() => placeholder(++n)).join(', ')})`
  return `insert into ${table} (${columns.join(', ')}) values ${Array.from({ length: rows }, row).join(', ')}`
}
