import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { cp, mkdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { dialectOf } from '#platform/database/dialect.ts'
import { exportPostgres } from '#platform/database/postgres-copy.ts'
import { copySqlite, inspectSqlite, readSqlite } from '#platform/database/sqlite-copy.ts'
import { ObjectMissing } from '#platform/storage/storage.ts'
import { type Manifest, readManifest, writeManifest } from './manifest.ts'
import type { Source } from './source.ts'

/** Where the parts of a backup lie. */
export const parts = {
  sqliteFile: (directory: string) => join(directory, 'database', 'lms.db'),
  tables: (directory: string) => join(directory, 'database'),
  file: (directory: string, key: string) => join(directory, 'files', key),
  secrets: (directory: string) => join(directory, 'secrets'),
  secretKey: (directory: string) => join(directory, 'secrets', 'secret-key'),
  extra: (directory: string) => join(directory, 'extra'),
}

/**
 * Puts database, files and secrets into `directory`. The database is of one moment; files are copied after it, so every
 * file that it knows is there unless it was deleted in between.
 */
export async function gather(source: Source, directory: string, now: Date): Promise<Manifest> {
  await mkdir(parts.tables(directory), { recursive: true })
  const database = await gatherDatabase(source, directory)
  const files = await gatherFiles(source, directory)
  await mkdir(parts.secrets(directory), { recursive: true })
  await writeFile(parts.secretKey(directory), source.secretKey, { mode: 0o600 })
  for (const [index, extra] of source.extraDirectories.entries()) {
    // Numbered, since two folders may have the same last name.
    await cp(extra, join(parts.extra(directory), `${index + 1}-${basename(extra)}`), { recursive: true })
  }
  const { fileKeys, ...rest } = database
  const manifest: Manifest = {
    format: 1,
    createdAt: now.toISOString(),
    release: source.release,
    ...rest,
    files,
    missingFiles: fileKeys.filter((key) => !(key in files)),
  }
  await writeManifest(directory, manifest)
  return manifest
}

/** Holds every part against the manifest; throws what is missing or differs. */
export async function checkContents(directory: string): Promise<Manifest> {
  const manifest = await readManifest(directory)
  for (const [key, sha256] of Object.entries(manifest.files)) {
    if ((await sha256Of(parts.file(directory, key))) !== sha256) throw new Error(`the file ${key} is not what it was`)
  }
  for (const { name, sha256 } of manifest.tables) {
    if ((await sha256Of(join(parts.tables(directory), name))) !== sha256)
      throw new Error(`the table ${name} is not what it was`)
  }
  if (manifest.dialect === 'sqlite') compareRows(manifest.rows, inspectSqlite(parts.sqliteFile(directory)))
  return manifest
}

export function compareRows(expected: Readonly<Record<string, number>>, found: Readonly<Record<string, number>>): void {
  const names = [...new Set([...Object.keys(expected), ...Object.keys(found)])]
  const differing = names.filter((name) => expected[name] !== found[name])
  if (differing.length === 0) return
  const list = differing.map((name) => `${name}: ${found[name] ?? 'none'} of ${expected[name] ?? 'none'}`)
  throw new Error(`rows are missing or too many (${list.join('; ')})`)
}

const migrationsSeen = 'select name as value from schema_migration order by name'
const filesKnown = 'select storage_key as value from stored_file where deleted_at is null'

async function gatherDatabase({ databaseUrl }: Source, directory: string) {
  if (dialectOf(databaseUrl) === 'sqlite') {
    const copy = parts.sqliteFile(directory)
    await copySqlite(databaseUrl.slice('sqlite:'.length), copy)
    return {
      dialect: 'sqlite' as const,
      migrations: readSqlite(copy, migrationsSeen),
      rows: inspectSqlite(copy),
      tables: [],
      fileKeys: readSqlite(copy, filesKnown),
    }
  }
  const { tables, answers } = await exportPostgres(databaseUrl, parts.tables(directory), [migrationsSeen, filesKnown])
  const [migrations = [], fileKeys = []] = answers
  const rows = Object.fromEntries(tables.map(({ name, rows: count }) => [name, count]))
  return { dialect: 'postgres' as const, migrations, rows, tables, fileKeys }
}

async function gatherFiles({ files }: Source, directory: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for await (const { key } of files.list()) {
    const path = parts.file(directory, key)
    await mkdir(dirname(path), { recursive: true })
    try {
      const { stream } = await files.get(key)
      await pipeline(stream, createWriteStream(path, { mode: 0o600 }))
      found[key] = await sha256Of(path)
    } catch (error) {
      // Deleted between the list and now.
      if (!(error instanceof ObjectMissing)) throw error
    }
  }
  return found
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
