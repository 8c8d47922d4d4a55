import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite'
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { type QueryObserver, queryKind } from './query-kind.ts'
import { refuseConnectionInsideTransaction } from './transaction.ts'

const STATEMENTS_KEPT = 500

/** Opens a SQLite file (or `:memory:`) with the settings the product relies on. */
export function openSqlite(path: string): DatabaseSync {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true })
  const database = new DatabaseSync(path)
  // Waiting blocks the event loop, but only a backup or an operator's shell ever holds the lock; it must be set first.
  database.exec('pragma busy_timeout = 5000')
  database.exec('pragma journal_mode = wal')
  // `full`: what was acknowledged survives a power cut, not just a killed process.
  database.exec('pragma synchronous = full')
  database.exec('pragma foreign_keys = on')
  database.exec('pragma cache_size = -32000')
  database.exec('pragma temp_store = memory')
  return database
}

/** Kysely on Node's built-in SQLite: one connection, handed out in the order it was asked for. */
export function sqliteDialect(database: DatabaseSync, observe: QueryObserver = () => {}): Dialect {
  return {
    createAdapter: () => new QueueingSqliteAdapter(),
    createDriver: () => new SqliteDriver(database, observe),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  }
}

class QueueingSqliteAdapter extends SqliteAdapter {
  // Kysely would take a mutex of its own before it asks the driver, so a query that bypassed `tx` would hang there
  // unseen. Queueing in the driver lets us refuse it.
  override get supportsMultipleConnections(): boolean {
    return true
  }
  // Kysely says false; SQLite does roll DDL back, so a failed migration leaves nothing behind.
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

class SqliteDriver implements Driver {
  readonly #database: DatabaseSync
  readonly #connection: SqliteConnection
  #isBusy = false
  readonly #waiting: (() => void)[] = []

  constructor(database: DatabaseSync, observe: QueryObserver) {
    this.#database = database
    this.#connection = new SqliteConnection(database, observe)
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    refuseConnectionInsideTransaction()
    if (this.#isBusy) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    this.#isBusy = true
    return this.#connection
  }

  async releaseConnection(): Promise<void> {
    const next = this.#waiting.shift()
    if (next) next()
    else this.#isBusy = false
  }

  async beginTransaction(): Promise<void> {
    // `immediate` takes the write lock at once: a later upgrade could fail where waiting cannot help.
    this.#connection.control('begin immediate')
  }
  async commitTransaction(): Promise<void> {
    this.#connection.control('commit')
  }
  async rollbackTransaction(): Promise<void> {
    // After some errors, a full disk among them, SQLite has rolled back by itself; a second one would hide the cause.
    if (this.#database.isTransaction) this.#connection.control('rollback')
  }
  async destroy(): Promise<void> {
    if (this.#database.isOpen) this.#database.close()
  }
}

type Convert = (value: SQLOutputValue) => unknown

interface Prepared {
  readonly statement: StatementSync
  /** Empty for statements that return no rows. `convert` is for the few declared types that SQLite does not have. */
  readonly columns: readonly { readonly name: string; readonly convert: Convert | undefined }[]
}

class SqliteConnection implements DatabaseConnection {
  readonly #database: DatabaseSync
  readonly #observe: QueryObserver
  readonly #prepared = new Map<string, Prepared>()

  constructor(database: DatabaseSync, observe: QueryObserver) {
    this.#database = database
    this.#observe = observe
  }

  control(sql: string): void {
    const started = performance.now()
    this.#database.exec(sql)
    this.#observe('transaction', (performance.now() - started) / 1000)
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const started = performance.now()
    const { statement, columns } = this.#prepare(query.sql)
    const parameters = query.parameters.map(toSqlite)
    try {
      if (columns.length === 0) {
        const { changes, lastInsertRowid } = statement.run(...parameters)
        return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
      }
      // The statement was told to return arrays, which its type does not know.
      const values = statement.all(...parameters) as unknown as SQLOutputValue[][]
      const rows = values.map((row) => fromSqlite(row, columns))
      return { rows: rows as R[], numAffectedRows: BigInt(rows.length) }
    } finally {
      this.#observe(queryKind(query), (performance.now() - started) / 1000)
    }
  }

  // biome-ignore lint/correctness/useYield: large results are read page by page instead
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('Streaming a query is not supported; read page by page.')
  }

  #prepare(sql: string): Prepared {
    const known = this.#prepared.get(sql)
    if (known) return known
    const statement = this.#database.prepare(sql)
    // Four times as fast as objects, which node:sqlite makes without a prototype and without a shape.
    statement.setReturnArrays(true)
    const columns = statement.columns().map(({ name, type }) => ({
      name,
      convert: type === null ? undefined : convertersByType[type.toLowerCase()],
    }))
    // A statement follows a change of the schema by itself; what we know of its columns does not.
    if (changesSchema.test(sql)) this.#prepared.clear()
    const prepared = { statement, columns }
    // Statements are few and fixed, but for lists of values of any length: forget the oldest.
    if (this.#prepared.size >= STATEMENTS_KEPT) this.#prepared.delete(this.#prepared.keys().next().value ?? '')
    this.#prepared.set(sql, prepared)
    return prepared
  }
}

const changesSchema = /^\s*(create|alter|drop)\b/i

const convertersByType: Record<string, Convert> = {
  boolean: (value) => (value === null ? null : value !== 0),
  json: (value) => (typeof value === 'string' ? JSON.parse(value) : value),
}

function fromSqlite(values: readonly SQLOutputValue[], columns: Prepared['columns']): Record<string, unknown> {
  const row: Record<string, unknown> = {}
  for (const [index, { name, convert }] of columns.entries()) {
    const value = values[index] as SQLOutputValue
    row[name] = convert ? convert(value) : value
  }
  return row
}

function toSqlite(value: unknown): SQLInputValue {
  if (typeof value === 'boolean') return value ? 1 : 0
  if (value === undefined) return null
  return value as SQLInputValue
}
