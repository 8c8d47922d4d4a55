import { randomBytes } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { Kysely } from 'kysely'
import pg from 'pg'
import { migrate } from '#platform/database/migrate.ts'
import { openPostgres, postgresDialect } from '#platform/database/postgres.ts'
import type { QueryObserver } from '#platform/database/query-kind.ts'
import { sqliteDialect } from '#platform/database/sqlite.ts'
import type { Database } from '../../src/database.ts'
import { migrations } from '../../src/migrations/index.ts'

/** The PostgreSQL server the test command provides; without it tests run on SQLite in memory. */
export const postgresUrl = process.env.TEST_DATABASE_URL

export interface TestDatabase {
  readonly db: Kysely<Database>
  /** For a second process on the same database; `sqlite::memory:` cannot be shared. */
  readonly url: string
  drop(): Promise<void>
}

/** A migrated database of its own, copied from a template that is made once per process. */
export function createTestDatabase(observe?: QueryObserver): Promise<TestDatabase> {
  return postgresUrl ? createPostgresDatabase(postgresUrl, observe) : createSqliteDatabase(observe)
}

let sqliteTemplate: Promise<Uint8Array> | undefined

async function createSqliteDatabase(observe?: QueryObserver): Promise<TestDatabase> {
  sqliteTemplate ??= makeSqliteTemplate()
  const raw = new DatabaseSync(':memory:')
  raw.deserialize(await sqliteTemplate)
  raw.exec('pragma foreign_keys = on')
  const db = new Kysely<Database>({ dialect: sqliteDialect(raw, observe) })
  return { db, url: 'sqlite::memory:', drop: () => db.destroy() }
}

async function makeSqliteTemplate(): Promise<Uint8Array> {
  const raw = new DatabaseSync(':memory:')
  const db = new Kysely<Database>({ dialect: sqliteDialect(raw) })
  await migrate(db, migrations)
  const template = raw.serialize()
  await db.destroy()
  return template
}

let postgresTemplate: Promise<string> | undefined

async function createPostgresDatabase(serverUrl: string, observe?: QueryObserver): Promise<TestDatabase> {
  postgresTemplate ??= makePostgresTemplate(serverUrl)
  const name = `test_${randomBytes(6).toString('hex')}`
  await administer(serverUrl, `create database ${name} template ${await postgresTemplate}`)
  const url = databaseUrl(serverUrl, name)
  const db = openKysely(url, observe)
  return {
    db,
    url,
    async drop() {
      await db.destroy()
      await dropPostgres(serverUrl, name)
    },
  }
}

async function makePostgresTemplate(serverUrl: string): Promise<string> {
  const { name, url } = await createEmptyPostgres(serverUrl, 'template')
  const db = openKysely(url)
  await migrate(db, migrations)
  await db.destroy()
  return name
}

/** A PostgreSQL database without any table, for who makes or restores them himself. */
export async function createEmptyPostgres(serverUrl: string, prefix: string): Promise<{ name: string; url: string }> {
  const name = `${prefix}_${randomBytes(6).toString('hex')}`
  await administer(serverUrl, `create database ${name}`)
  return { name, url: databaseUrl(serverUrl, name) }
}

export async function dropPostgres(serverUrl: string, name: string): Promise<void> {
  await administer(serverUrl, `drop database ${name} with (force)`)
}

function openKysely(url: string, observe?: QueryObserver): Kysely<Database> {
  const pool = openPostgres({ url, poolSize: 10, acquireTimeoutSeconds: 20, statementTimeoutSeconds: 20 }, () => {})
  return new Kysely<Database>({ dialect: postgresDialect(pool, observe) })
}

async function administer(serverUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}
