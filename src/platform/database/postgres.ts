import { createHash } from 'node:crypto'
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  type TransactionSettings,
} from 'kysely'
import pg from 'pg'
import { type QueryObserver, queryKind } from './query-kind.ts'
import { refuseConnectionInsideTransaction } from './transaction.ts'

export interface PostgresSettings {
  readonly url: string
  readonly poolSize: number
  /** How long a caller waits for a free connection before it is told that the database is unavailable. */
  readonly acquireTimeoutSeconds: number
  /** Longest run time of one statement. */
  readonly statementTimeoutSeconds: number
}

/** Opens the pool. It connects lazily: a server that is down now may be up at the first query. */
export function openPostgres(settings: PostgresSettings, onIdleError: (error: Error) => void): pg.Pool {
  const pool = new pg.Pool({
    connectionString: settings.url,
    max: settings.poolSize,
    connectionTimeoutMillis: settings.acquireTimeoutSeconds * 1000,
    query_timeout: (settings.statementTimeoutSeconds + 1) * 1000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    types: { getTypeParser: typeParser as typeof pg.types.getTypeParser },
    options: `-c TimeZone=UTC -c statement_timeout=${settings.statementTimeoutSeconds * 1000} -c idle_in_transaction_session_timeout=30000`,
  })
  // Without a listener an idle connection that breaks would end the process.
  pool.on('error', onIdleError)
  return pool
}

/** Kysely on a `pg` pool, with prepared statements and the transaction guard. */
export function postgresDialect(pool: pg.Pool, observe: QueryObserver = () => {}): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new PooledPostgresDriver(pool, observe),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createIntrospector: (db) => new PostgresIntrospector(db),
  }
}

class PooledPostgresDriver implements Driver {
  readonly #pool: pg.Pool
  readonly #observe: QueryObserver
  readonly #connections = new WeakMap<pg.PoolClient, PostgresConnection>()
  readonly #statements = createStatementNames()

  constructor(pool: pg.Pool, observe: QueryObserver) {
    this.#pool = pool
    this.#observe = observe
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    refuseConnectionInsideTransaction()
    const client = await this.#pool.connect()
    const known = this.#connections.get(client)
    if (known) return known
    const connection = new PostgresConnection(client, this.#observe, this.#statements)
    this.#connections.set(client, connection)
    return connection
  }

  async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    const isolation = settings.isolationLevel ? ` isolation level ${settings.isolationLevel}` : ''
    await (connection as PostgresConnection).control(`begin${isolation}`)
  }
  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection as PostgresConnection).control('commit')
  }
  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection as PostgresConnection).control('rollback')
  }
  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    ;(connection as PostgresConnection).release()
  }
  async destroy(): Promise<void> {
    await this.#pool.end()
  }
}

class PostgresConnection implements DatabaseConnection {
  readonly #client: pg.PoolClient
  readonly #observe: QueryObserver
  readonly #statements: StatementNames
  #isBroken = false
  #isInTransaction = false

  constructor(client: pg.PoolClient, observe: QueryObserver, statements: StatementNames) {
    this.#client = client
    this.#observe = observe
    this.#statements = statements
    client.on('error', () => {
      this.#isBroken = true
    })
  }

  /** `begin`, or what ends it. */
  async control(sql: string): Promise<void> {
    const started = performance.now()
    this.#isInTransaction = sql.startsWith('begin')
    try {
      await this.#client.query(sql)
    } catch (error) {
      // A transaction whose end is unknown must not be handed to the next caller.
      this.#isBroken = true
      throw error
    } finally {
      this.#observe('transaction', (performance.now() - started) / 1000)
    }
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const started = performance.now()
    const kind = queryKind(query)
    try {
      // Raw statements (migrations, administration) may hold several commands, which cannot be prepared.
      const result = await (kind === 'other' ? this.#run(query) : this.#runPrepared(query))
      return { rows: result.rows as R[], numAffectedRows: BigInt(result.rowCount ?? 0) }
    } catch (error) {
      if (isTimeout(error)) this.#isBroken = true
      throw error
    } finally {
      this.#observe(kind, (performance.now() - started) / 1000)
    }
  }

  async #runPrepared(query: CompiledQuery): Promise<pg.QueryResult> {
    try {
      return await this.#run(query, this.#statements.nameOf(query.sql))
    } catch (error) {
      if (!isOutdatedPlan(error)) throw error
      this.#statements.renameAll()
      // In a transaction, which is lost by the error, `inTransaction` begins again.
      if (this.#isInTransaction) throw error
      return this.#run(query, this.#statements.nameOf(query.sql))
    }
  }

  #run({ sql, parameters }: CompiledQuery, name?: string): Promise<pg.QueryResult> {
    return this.#client.query({ text: sql, values: parameters as unknown[], ...(name && { name }) })
  }

  // biome-ignore lint/correctness/useYield: large results are read page by page instead
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('Streaming a query is not supported; read page by page.')
  }

  release(): void {
    this.#client.release(this.#isBroken)
  }
}

type StatementNames = ReturnType<typeof createStatementNames>

/** Short stable names for statement texts, so that PostgreSQL parses and plans each once per connection. */
function createStatementNames() {
  const names = new Map<string, string>()
  let generation = 0

  function nameOf(sql: string): string {
    let name = names.get(sql)
    if (!name) {
      name = `${createHash('sha256').update(sql).digest('base64url').slice(0, 22)}-${generation}`
      if (names.size > 2000) names.clear()
      names.set(sql, name)
    }
    return name
  }

  /** From now on every connection prepares everything anew. */
  function renameAll(): void {
    generation++
    names.clear()
  }

  return { nameOf, renameAll }
}

/**
 * A statement was prepared before a migration changed the columns it returns; it fails on that connection for ever.
 * The code (0A000, any missing feature) says too little and the text follows the server's language, so the place in
 * PostgreSQL's source decides: src/backend/utils/cache/plancache.c.
 */
function isOutdatedPlan(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '0A000' && error.routine === 'RevalidateCachedQuery'
}

// pg's own query_timeout: the statement may still be running on this connection.
function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === 'Query read timeout'
}

const INT8 = 20
const TIMESTAMPTZ = 1184

function typeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (oid === INT8) return Number
  if (oid === TIMESTAMPTZ) return toIsoString
  return pg.types.getTypeParser(oid, format as 'text')
}

/** `2026-11-24 08:08:12.12+00` (the session is in UTC) to `2026-11-24T08:08:12.120Z`, as SQLite stores it. */
function toIsoString(value: string): string {
  const [date = '', time = ''] = value.slice(0, -3).split(' ')
  const [whole = '', fraction = ''] = time.split('.')
  return `${date}T${whole}.${fraction.slice(0, 3).padEnd(3, '0')}Z`
}
