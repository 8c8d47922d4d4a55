import { type Kysely, sql } from 'kysely'
import { migrate, pendingMigrations } from '#platform/database/migrate.ts'
import type { Log } from '#platform/log/log.ts'
import type { Config } from './config.ts'
import type { Database } from './database.ts'
import { migrations } from './migrations/index.ts'
import { reasonOf, StartError } from './start-error.ts'

/** Throws a `StartError` that says which database cannot be used, and why. */
export async function checkDatabase(db: Kysely<Database>, url: string): Promise<void> {
  try {
    await sql`select 1`.execute(db)
  } catch (error) {
    throw new StartError(
      `The database ${placeOf(url)} cannot be used (${reasonOf(error)}). Is it running, and is DATABASE_URL right?`,
      error,
    )
  }
}

/** Brings the schema up to date, or insists that it is: a process never serves on a schema older than its code. */
export async function prepareDatabase(config: Config, db: Kysely<Database>, log: Log): Promise<void> {
  await checkDatabase(db, config.DATABASE_URL)
  if (config.MIGRATE_ON_START) {
    const applied = await migrate(db, migrations).catch((error) => {
      throw new StartError(reasonOf(error), error)
    })
    if (applied.length > 0) log.info({ migrations: applied }, 'database migrated')
  }
  await checkSchema(db)
}

/** Throws a `StartError` when this release has migrations that the database has not seen. */
export async function checkSchema(db: Kysely<Database>): Promise<void> {
  const pending = await pendingMigrations(db, migrations)
  if (pending.length === 0) return
  throw new StartError(
    `The database lacks ${pending.length === 1 ? 'a migration' : `${pending.length} migrations`} ` +
      `(${pending.join(', ')}). Run: node src/main.ts migrate`,
  )
}

/** The database's address without user and password. */
export function placeOf(url: string): string {
  if (url.startsWith('sqlite:')) return url.slice('sqlite:'.length)
  const { host, pathname } = new URL(url)
  return `${host}${pathname}`
}
