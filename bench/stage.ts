import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Kysely, sql } from 'kysely'
import { createPasswords } from '#modules/auth/index.ts'
import { migrate } from '#platform/database/migrate.ts'
import { openPostgres, postgresDialect } from '#platform/database/postgres.ts'
import { openSqlite, sqliteDialect } from '#platform/database/sqlite.ts'
import { startPostgres } from '#support/postgres-server.ts'
import { type ProductProcess, startProduct } from '#support/product-process.ts'
import { startRedis } from '#support/redis-server.ts'
import { loadConfig } from '../src/config.ts'
import type { Database } from '../src/database.ts'
import { migrations } from '../src/migrations/index.ts'
import { tokenSigner } from './limits/recording.ts'
import { pinToServerCore } from './machine.ts'
import type { ScenarioContext } from './scenarios.ts'
import { type LoadProgress, loadWorld } from './world/load.ts'
import type { Size } from './world/sizes.ts'
import { createWorld } from './world/world.ts'

export const databases = ['sqlite', 'postgres'] as const
export type DatabaseName = (typeof databases)[number]

/** The product in a process of its own on a loaded database. */
export interface Stage {
  readonly database: DatabaseName
  /** Of the database and, with PostgreSQL, of Redis. */
  readonly versions: string
  readonly size: Size
  readonly context: ScenarioContext
  /** Of the product: environment variables. */
  readonly settings: Record<string, string>
  readonly product: ProductProcess
  /** For files of the benchmark; removed by `close`. */
  readonly directory: string
  close(): Promise<void>
}

const PASSWORD = 'a password of the benchmark'

/** What differs from the defaults, and why a benchmark needs it. */
const baseSettings = {
  SECRET_KEY: 'signs tokens of the benchmark only 0123456789abcdef',
  RATE_LIMIT_PER_MINUTE: '0', // all requests come from one address
  ACCESS_TOKEN_MINUTES: '1440', // tokens are made once
  LOG_FORMAT: 'json',
}

export async function openStage(
  database: DatabaseName,
  size: Size,
  { isPinned, onProgress }: { isPinned: boolean; onProgress: LoadProgress },
): Promise<Stage> {
  const directory = await mkdtemp(join(tmpdir(), 'lms-bench-'))
  const closers: (() => Promise<void>)[] = [() => rm(directory, { recursive: true, force: true, maxRetries: 5 })]
  const close = async () => {
    for (const one of closers.toReversed()) await one()
  }
  try {
    const servers = database === 'sqlite' ? embedded(directory) : await startServers(closers)
    const settings: Record<string, string> = { ...baseSettings, DATA_DIR: join(directory, 'data'), ...servers }
    const world = createWorld(size)
    const db = openDatabase(servers.DATABASE_URL)
    await migrate(db, migrations)
    await loadWorld(db, world, await hashPassword(settings), onProgress)
    const versions = await versionsOf(database, db)
    await db.destroy()
    const product = await startProduct({ role: 'serve', settings })
    closers.push(product.stop)
    if (isPinned) pinToServerCore(product.pid())
    return { database, versions, size, context: contextOf(settings, world), settings, product, directory, close }
  } catch (error) {
    await close()
    throw error
  }
}

function embedded(directory: string) {
  return { DATABASE_URL: `sqlite:${join(directory, 'lms.db')}` }
}

/** As in production: a commit is on disk before it is acknowledged, and jobs go to Redis. */
async function startServers(closers: (() => Promise<void>)[]) {
  const postgres = await startPostgres({ durable: true })
  closers.push(postgres.stop)
  const redis = await startRedis({ appendOnly: 'everysec' })
  closers.push(redis.stop)
  return { DATABASE_URL: postgres.url, REDIS_URL: redis.url, TASKS_FORCE_INLINE: 'false' }
}

/** A handle of our own on the database of a stage. */
export function openDatabase(url: string): Kysely<Database> {
  const dialect = url.startsWith('sqlite:')
    ? sqliteDialect(openSqlite(url.slice('sqlite:'.length)))
    : postgresDialect(
        openPostgres({ url, poolSize: 2, acquireTimeoutSeconds: 10, statementTimeoutSeconds: 600 }, () => {}),
      )
  return new Kysely<Database>({ dialect })
}

async function hashPassword(settings: Record<string, string>): Promise<string> {
  const { PASSWORD_HASH_MEMORY_KIB: memoryKib, PASSWORD_HASH_PASSES: passes } = loadConfig(settings)
  return createPasswords({ memoryKib, passes }).hashPassword(PASSWORD)
}

async function versionsOf(database: DatabaseName, db: Kysely<Database>): Promise<string> {
  if (database === 'sqlite') {
    const { rows } = await sql<{ version: string }>`select sqlite_version() as version`.execute(db)
    return `SQLite ${rows[0]?.version}`
  }
  const { rows } = await sql<{ version: string }>`select current_setting('server_version') as version`.execute(db)
  return `PostgreSQL ${rows[0]?.version}`
}

function contextOf(settings: Record<string, string>, world: ScenarioContext['world']): ScenarioContext {
  const sign = tokenSigner(settings)
  const tokens = new Map<number, string>()
  return {
    world,
    password: PASSWORD,
    token(student) {
      const token = tokens.get(student) ?? sign(world.studentId(student))
      tokens.set(student, token)
      return token
    },
  }
}
