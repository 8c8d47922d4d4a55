import { type Kysely, sql } from 'kysely'
import { dialectOfDatabase } from '#platform/database/dialect.ts'
import { pendingMigrations } from '#platform/database/migrate.ts'
import type { Database } from '../../database.ts'
import { migrations } from '../../migrations/index.ts'
import { type PostgresFacts, readPostgres } from './postgres-facts.ts'
import { readSqlite, type SqliteFacts } from './sqlite-facts.ts'

export interface DatabaseFacts {
  /** Migrations of this release that the database has not seen. */
  readonly pending: readonly string[]
  /** Migrations that the database has seen and this release does not know. */
  readonly unknown: readonly string[]
  /** When the last migration was applied; null when none was. */
  readonly lastMigrationAt: string | null
  /** How much this machine's clock is ahead of the database's, in seconds, give or take half a round trip. */
  readonly clockAheadSeconds: number
  /** The one that is there; null for the other. */
  readonly postgres: PostgresFacts | null
  readonly sqlite: SqliteFacts | null
}

export async function readDatabase(db: Kysely<Database>, now: () => Date): Promise<DatabaseFacts> {
  const isPostgres = dialectOfDatabase(db) === 'postgres'
  const clockAheadSeconds = await measureClock(db, now, isPostgres)
  const pending = await pendingMigrations(db, migrations)
  const applied = pending.length === migrations.length ? [] : await selectApplied(db)
  return {
    pending,
    unknown: applied.map(({ name }) => name).filter((name) => !migrations.some((known) => known.name === name)),
    lastMigrationAt:
      applied
        .map(({ timestamp }) => timestamp)
        .sort()
        .at(-1) ?? null,
    clockAheadSeconds,
    postgres: isPostgres ? await readPostgres(db) : null,
    sqlite: isPostgres ? null : await readSqlite(db),
  }
}

/** The database's time is taken to be in the middle between question and answer. */
async function measureClock(db: Kysely<Database>, now: () => Date, isPostgres: boolean): Promise<number> {
  const theirTime = isPostgres
    ? sql<{ ms: number }>`select extract(epoch from clock_timestamp())::float8 * 1000 as ms`
    : sql<{ ms: number }>`select unixepoch('subsec') * 1000 as ms`
  // The first answer may wait for a connection.
  await sql`select 1`.execute(db)
  const asked = now().getTime()
  const { rows } = await theirTime.execute(db)
  const middle = (asked + now().getTime()) / 2
  return (middle - Number(rows[0]?.ms ?? middle)) / 1000
}

async function selectApplied(db: Kysely<Database>): Promise<{ name: string; timestamp: string }[]> {
  const { rows } = await sql<{ name: string; timestamp: string }>`select name, timestamp from schema_migration`.execute(
    db,
  )
  return rows
}
