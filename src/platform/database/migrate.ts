import { type Kysely, sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { type DatabaseDialect, dialectOfDatabase } from './dialect.ts'

/** What a column is called in each database; everything else in a migration is the same SQL for both. */
export interface ColumnTypes {
  readonly timestamp: string
  readonly json: string
  readonly serial: string
}

/** `statements` returns the SQL of one step, in order; dialect-only statements are chosen by `dialect`. */
export interface SchemaMigration {
  readonly name: `${number}-${string}`
  readonly statements: (types: ColumnTypes, dialect: DatabaseDialect) => readonly string[]
  /**
   * Why nobody needs any more what it removes or narrows. Without it a migration may only expand: it runs while the
   * release before serves, which must go on, and to which an operator may go back.
   */
  readonly contracts?: string
}

const columnTypes: Record<DatabaseDialect, ColumnTypes> = {
  // `json` and `boolean` are declared types: the SQLite driver converts by them.
  sqlite: { timestamp: 'text', json: 'json', serial: 'integer primary key autoincrement' },
  postgres: {
    timestamp: 'timestamptz(3)',
    json: 'jsonb',
    serial: 'bigint generated always as identity primary key',
  },
}

/**
 * How long a migration waits for a lock. While it waits, everybody who comes later waits behind it: a migration that
 * gives up and is tried again is better than a site that stands still.
 */
const LOCK_TIMEOUT_SECONDS = 5

/**
 * Applies every pending migration in one transaction under a lock, so that two processes that start together do the
 * work once and a failed step leaves nothing behind. Returns the names it applied.
 */
export async function migrate<DB>(db: Kysely<DB>, migrations: readonly SchemaMigration[]): Promise<string[]> {
  const applied = await appliedNames(db)
  const newer = applied.filter((name) => !migrations.some((migration) => migration.name === name))
  const { error, results } = await migrator(db, [...migrations, ...newer.map(nothingToDo)]).migrateToLatest()
  if (error) {
    const failed = results?.find((result) => result.status === 'Error')?.migrationName
    throw new Error(`Migration ${failed ?? '(start)'} failed and was rolled back: ${describe(error)}`, { cause: error })
  }
  return (results ?? []).filter((result) => result.status === 'Success').map((result) => result.migrationName)
}

/** The SQL of one step for one database. */
export function statementsOf({ statements }: SchemaMigration, dialect: DatabaseDialect): readonly string[] {
  return statements(columnTypes[dialect], dialect)
}

/** The names of migrations that this program knows and the database has not seen. */
export async function pendingMigrations<DB>(db: Kysely<DB>, migrations: readonly SchemaMigration[]): Promise<string[]> {
  const known = await migrator(db, migrations).getMigrations()
  return known.filter((migration) => !migration.executedAt).map((migration) => migration.name)
}

function migrator<DB>(db: Kysely<DB>, migrations: readonly SchemaMigration[]): Migrator {
  const dialect = dialectOfDatabase(db)
  const asKysely = (migration: SchemaMigration): [string, Migration] => [
    migration.name,
    {
      up: async (tx) => {
        if (dialect === 'postgres') await sql.raw(`set local lock_timeout = '${LOCK_TIMEOUT_SECONDS}s'`).execute(tx)
        for (const statement of statementsOf(migration, dialect)) await sql.raw(statement).execute(tx)
      },
    },
  ]
  return new Migrator({
    db,
    migrationTableName: 'schema_migration',
    migrationLockTableName: 'schema_migration_lock',
    provider: { getMigrations: async () => Object.fromEntries(migrations.map(asKysely)) },
    allowUnorderedMigrations: true,
  })
}

/** A release that was rolled back to meets a newer schema: it must still start, since migrations only ever expand. */
function nothingToDo(name: string): SchemaMigration {
  return { name: name as SchemaMigration['name'], statements: () => [] }
}

async function appliedNames<DB>(db: Kysely<DB>): Promise<string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
  if (!tables.some((table) => table.name === 'schema_migration')) return []
  const { rows } = await sql<{ name: string }>`select name from schema_migration`.execute(db)
  return rows.map((row) => row.name)
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
