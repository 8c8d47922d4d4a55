import { lookup } from 'node:dns/promises'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Kysely } from 'kysely'
import { dialectOf } from '#platform/database/dialect.ts'
import { openPostgres, postgresDialect } from '#platform/database/postgres.ts'
import { openSqlite, sqliteDialect } from '#platform/database/sqlite.ts'
import { createSmtpMail } from '#platform/mail/smtp-mail.ts'
import { openStorage } from '../adapters.ts'
import { backupDirectory, openBackupTarget } from '../backup/backup-target.ts'
import { type KeptBackup, listBackups } from '../backup/backups.ts'
import type { Config } from '../config.ts'
import type { Database } from '../database.ts'
import { readCertificate } from './facts/certificate-facts.ts'
import { readDatabase } from './facts/database-facts.ts'
import { readFileSystem } from './facts/file-system-facts.ts'
import { readMachine } from './facts/machine-facts.ts'
import { readProduct } from './facts/product-facts.ts'
import { readRedis } from './facts/redis-facts.ts'
import type { Patient } from './patient.ts'

export interface OpenPatient extends Patient {
  close(): Promise<void>
}

/**
 * The product that `config` describes, to be looked at. Nothing is made that is not there: neither a database file nor a
 * key, only a file that shows whether storage takes one, which is removed again.
 */
export function openPatient(given: Config, environment: Patient['environment'], timeoutMs: number): OpenPatient {
  const config = withKeptDefaults(given)
  const now = () => new Date()
  const db = once(async () => openDatabase(config, timeoutMs))
  return {
    config,
    environment,
    now,
    nodeVersion: process.versions.node,
    database: once(async () => readDatabase(await db(), now)),
    product: once(async () => readProduct(await db(), config.SECRET_KEY, now())),
    redis: once(() => readRedis(config.REDIS_URL, timeoutMs)),
    machine: once(readMachine),
    fileSystem: readFileSystem,
    checkMail: () => checkMail(config, timeoutMs),
    checkStorage: async () => void (await openStorage(config)),
    backups: once(() => readBackups(config)),
    resolve: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
    certificate: (host, port) => readCertificate(host, port, timeoutMs),
    httpStatus: async (url) =>
      (await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) })).status,
    close: async () => {
      const opened = await db().catch(() => undefined)
      await opened?.destroy()
    },
  }
}

/** Measures at the first call; every later one gets the same answer. */
function once<T>(measure: () => Promise<T>): () => Promise<T> {
  let measured: Promise<T> | undefined
  return () => {
    measured ??= measure()
    return measured
  }
}

/** What embedded mode has made at its first start, if it has. */
function withKeptDefaults(config: Config): Config {
  const keyPath = join(config.DATA_DIR, 'secret-key')
  return Object.freeze({
    ...config,
    DATABASE_URL: config.DATABASE_URL || `sqlite:${join(config.DATA_DIR, 'lms.db')}`,
    SECRET_KEY: config.SECRET_KEY || (existsSync(keyPath) ? readFileSync(keyPath, 'utf8').trim() : ''),
  })
}

function openDatabase({ DATABASE_URL: url }: Config, timeoutMs: number): Kysely<Database> {
  if (dialectOf(url) === 'postgres') {
    const seconds = Math.max(1, Math.ceil(timeoutMs / 1000))
    const pool = openPostgres(
      { url, poolSize: 2, acquireTimeoutSeconds: seconds, statementTimeoutSeconds: seconds },
      () => {},
    )
    return new Kysely<Database>({ dialect: postgresDialect(pool) })
  }
  const path = url.slice('sqlite:'.length)
  if (!existsSync(path)) throw new Error(`the file ${path} does not exist yet`)
  return new Kysely<Database>({ dialect: sqliteDialect(openSqlite(path)) })
}

/** Opening the folder would make it. */
async function readBackups(config: Config): Promise<readonly KeptBackup[]> {
  if (config.BACKUP_AZURE_CONTAINER === '' && !existsSync(backupDirectory(config))) return []
  return listBackups(await openBackupTarget(config))
}

async function checkMail(config: Config, timeoutMs: number): Promise<void> {
  const mail = createSmtpMail({
    host: config.SMTP_HOST,
    port: config.SMTP_PORT,
    username: config.SMTP_USERNAME || undefined,
    password: config.SMTP_PASSWORD || undefined,
    security: config.SMTP_SECURITY,
    from: config.MAIL_FROM,
    timeoutSeconds: timeoutMs / 1000,
  })
  try {
    await mail.check()
  } finally {
    await mail.close()
  }
}
