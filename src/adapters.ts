import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Kysely } from 'kysely'
import { v7 as uuidv7 } from 'uuid'
import { dialectOf } from '#platform/database/dialect.ts'
import { databaseMetrics } from '#platform/database/metrics.ts'
import { openPostgres, postgresDialect } from '#platform/database/postgres.ts'
import { openSqlite, sqliteDialect } from '#platform/database/sqlite.ts'
import { createMemoryStore } from '#platform/ephemeral/memory-store.ts'
import { createSentryTracker, noErrorTracker } from '#platform/error-tracking/error-tracker.ts'
import { atMostEvery } from '#platform/log/at-most-every.ts'
import { createLog, type Log } from '#platform/log/log.ts'
import { createFileMail } from '#platform/mail/file-mail.ts'
import type { Mail } from '#platform/mail/mail.ts'
import { createSmtpMail } from '#platform/mail/smtp-mail.ts'
import { createMetrics, type Metrics } from '#platform/metrics/metrics.ts'
import { observeProcess } from '#platform/metrics/process-metrics.ts'
import { openDiskStorage } from '#platform/storage/disk-storage.ts'
import { type Storage, StorageFull } from '#platform/storage/storage.ts'
import type { Adapters } from './app.ts'
import type { Config } from './config.ts'
import type { Database } from './database.ts'
import { reasonOf, StartError } from './start-error.ts'

export interface OpenAdapters extends Adapters {
  close(): Promise<void>
}

/** Opens what the configuration names: database, Redis or memory, log, metrics. */
export async function openAdapters(config: Config): Promise<OpenAdapters> {
  const log = createLog({
    level: config.DEBUG ? 'debug' : config.LOG_LEVEL,
    format: config.LOG_FORMAT === 'auto' ? (process.stdout.isTTY ? 'text' : 'json') : config.LOG_FORMAT,
  })
  const metrics = createMetrics()
  observeProcess(metrics, config.RELEASE)
  const db = openDatabase(config, log, metrics)
  const store = await openStore(config, log)
  const mail = openMail(config, log)
  const errors = config.SENTRY_DSN
    ? await createSentryTracker({
        dsn: config.SENTRY_DSN,
        release: config.RELEASE,
        environment: config.ENVIRONMENT,
        tracesSampleRate: config.SENTRY_TRACES_SAMPLE_RATE,
      })
    : noErrorTracker
  return {
    db,
    store,
    log,
    metrics,
    errors,
    mail,
    openStorage: () => openStorage(config),
    now: () => new Date(),
    newId: uuidv7,
    async close() {
      await errors.close(2)
      await mail.close()
      await store.close()
      await db.destroy()
    },
  }
}

function openDatabase(config: Config, log: Log, metrics: Metrics): Kysely<Database> {
  const { observeQuery, watchPool } = databaseMetrics(metrics)
  if (dialectOf(config.DATABASE_URL) === 'sqlite') {
    return new Kysely<Database>({ dialect: sqliteDialect(openFile(config.DATABASE_URL), observeQuery) })
  }
  const pool = openPostgres(
    {
      url: config.DATABASE_URL,
      poolSize: config.DATABASE_POOL_SIZE,
      acquireTimeoutSeconds: config.DATABASE_ACQUIRE_TIMEOUT_SECONDS,
      statementTimeoutSeconds: config.DATABASE_STATEMENT_TIMEOUT_SECONDS,
    },
    (error) => log.warn({ err: error }, 'an idle database connection broke'),
  )
  watchPool(pool, config.DATABASE_POOL_SIZE)
  return new Kysely<Database>({ dialect: postgresDialect(pool, observeQuery) })
}

function openMail(config: Config, log: Log): Mail {
  if (config.SMTP_HOST === '') {
    return createFileMail({
      directory: join(config.DATA_DIR, 'mail'),
      from: config.MAIL_FROM,
      onWritten: (path) => log.info({ path }, 'mail written to a file: no SMTP server is configured'),
    })
  }
  return createSmtpMail({
    host: config.SMTP_HOST,
    port: config.SMTP_PORT,
    username: config.SMTP_USERNAME || undefined,
    password: config.SMTP_PASSWORD || undefined,
    security: config.SMTP_SECURITY,
    from: config.MAIL_FROM,
    timeoutSeconds: config.SMTP_TIMEOUT_SECONDS,
  })
}

function openFile(url: string) {
  const path = url.slice('sqlite:'.length)
  try {
    return openSqlite(path)
  } catch (error) {
    throw new StartError(`The database file ${path} cannot be opened: ${reasonOf(error)}.`, error)
  }
}

/** Opens where the configuration wants files kept; throws when that cannot be used. */
export async function openStorage(config: Config): Promise<Storage> {
  const storage = config.STORAGE === 'azure' ? await openBlobStorage(config) : await openDisk(config)
  await storage.check().catch((error) => {
    // A full disk still serves what it holds, and refuses new files by itself.
    if (!(error instanceof StorageFull)) throw error
  })
  return storage
}

async function openBlobStorage(config: Config): Promise<Storage> {
  const { createAzureBlobStorage } = await import('#platform/storage/azure-blob-storage.ts')
  try {
    return createAzureBlobStorage({
      connectionString: config.AZURE_STORAGE_CONNECTION_STRING,
      container: config.AZURE_STORAGE_CONTAINER,
      requestTimeoutSeconds: config.STORAGE_TIMEOUT_SECONDS,
    })
  } catch (error) {
    // The reason would be one of its parts, the key perhaps.
    throw new Error('AZURE_STORAGE_CONNECTION_STRING is not the connection string of a storage account', {
      cause: error,
    })
  }
}

function openDisk(config: Config): Promise<Storage> {
  return openDiskStorage({
    directory: join(config.DATA_DIR, 'files'),
    reserveBytes: config.UPLOAD_DISK_RESERVE_MEGABYTES * 1024 * 1024,
  })
}

async function openStore(config: Config, log: Log) {
  if (config.REDIS_URL === '') return createMemoryStore()
  const { createRedisStore } = await import('#platform/ephemeral/redis-store.ts')
  // The client tries again several times a second; the log need not.
  const warn = atMostEvery(30, (error: Error) => log.warn({ err: error }, 'Redis is not reachable'))
  return createRedisStore(config.REDIS_URL, config.REDIS_PREFIX, warn)
}

/**
 * Fills in what embedded mode provides by itself: a database file in DATA_DIR, and a SECRET_KEY that is made once and
 * kept there. Production never gets here without both (see `loadConfig`).
 */
export function withEmbeddedDefaults(config: Config): Config {
  try {
    // Secrets and, embedded, the whole database lie there.
    mkdirSync(config.DATA_DIR, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new StartError(`DATA_DIR ${config.DATA_DIR} cannot be made (${reasonOf(error)}).`, error)
  }
  return Object.freeze({
    ...config,
    DATABASE_URL: config.DATABASE_URL || `sqlite:${join(config.DATA_DIR, 'lms.db')}`,
    SECRET_KEY: config.SECRET_KEY || keptSecret(join(config.DATA_DIR, 'secret-key')),
  })
}

function keptSecret(path: string): string {
  if (!existsSync(path)) writeFileSync(path, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' })
  return readFileSync(path, 'utf8').trim()
}
