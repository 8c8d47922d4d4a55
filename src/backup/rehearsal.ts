import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { dialectOf } from '#platform/database/dialect.ts'
import { statementsOf } from '#platform/database/migrate.ts'
import { exportPostgres, importPostgres, withThrowAwayDatabase } from '#platform/database/postgres-copy.ts'
import { migrations } from '../migrations/index.ts'
import { compareRows, parts } from './contents.ts'
import type { Manifest } from './manifest.ts'
import type { Source } from './source.ts'

/** Restores the database of an unpacked backup into one that is thrown away, and compares every table with the original. */
export async function rehearse({ databaseUrl }: Source, directory: string, manifest: Manifest): Promise<void> {
  // The copy of a SQLite database is one: opening it was the restore, and its rows were counted.
  if (manifest.dialect === 'sqlite') return
  if (dialectOf(databaseUrl) !== 'postgres') {
    throw new Error('a backup of PostgreSQL needs a PostgreSQL server to be restored on trial: set DATABASE_URL')
  }
  const name = `lms_restore_rehearsal_${randomBytes(4).toString('hex')}`
  await withThrowAwayDatabase(databaseUrl, name, async (url) => {
    await importPostgres(url, parts.tables(directory), manifest.tables, {
      schema: schemaOf(manifest),
      replaces: false,
    })
    const again = join(directory, 'again')
    await mkdir(again)
    const { tables: copied } = await exportPostgres(url, again)
    compareRows(manifest.rows, Object.fromEntries(copied.map((table) => [table.name, table.rows])))
    const differing = copied.filter((table) =>
      manifest.tables.some(({ name: one, sha256 }) => one === table.name && sha256 !== table.sha256),
    )
    if (differing.length > 0)
      throw new Error(`not the same after a restore: ${differing.map((table) => table.name).join(', ')}`)
  })
}

/** The SQL that makes the schema as it was when the backup was made. Throws for migrations that this release does not know. */
export function schemaOf(manifest: Manifest): string[] {
  const unknown = manifest.migrations.filter((name) => !migrations.some((one) => one.name === name))
  if (unknown.length > 0) {
    throw new Error(`it was made by a newer release: this one does not know ${unknown.join(', ')}`)
  }
  return [
    // As the migrator makes its own tables.
    'create table schema_migration (name varchar(255) not null primary key, timestamp varchar(255) not null)',
    'create table schema_migration_lock (id varchar(255) not null primary key, is_locked integer not null default 0)',
    ...migrations
      .filter(({ name }) => manifest.migrations.includes(name))
      .flatMap((migration) => statementsOf(migration, 'postgres')),
  ]
}
