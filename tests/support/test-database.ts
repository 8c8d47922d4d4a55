import { DatabaseSync } from 'node:sqlite'
import { Kysely } from 'kysely'
import { migrate } from '#platform/database/migrate.ts'
import type { QueryObserver } from '#platform/database/query-kind.ts'
import { sqliteDialect } from '#platform/database/sqlite.ts'
import type { Database } from '../../src/database.ts'
import { migrations } from '../../src/migrations/index.ts'
import { takeDatabase } from './kept-databases.ts'

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

/** Emptied after the test for the next one, unless the test asked for its address: then others may still use it. */
async function createPostgresDatabase(serverUrl: string, observe?: QueryObserver): Promise<TestDatabase> {
  const kept = await takeDatabase(serverUrl)
  kept.observe = observe
  const db = new Kysely<Database>({ dialect: kept.dialect })
  let asNew = true
  return {
    db,
    get url() {
      asNew = false
      return kept.url
    },
    async drop() {
      await db.destroy()
      await kept.giveBack({ asNew })
    },
  }
}
