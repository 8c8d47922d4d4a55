import { createReadStream, existsSync } from 'node:fs'
import { copyFile, cp, mkdir, open, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { dialectOf } from '#platform/database/dialect.ts'
import { importPostgres, isEmptyPostgres, otherSessions } from '#platform/database/postgres-copy.ts'
import { requireAlone } from '#platform/database/sqlite-copy.ts'
import { parts } from './contents.ts'
import type { Manifest } from './manifest.ts'
import { schemaOf } from './rehearsal.ts'
import type { Source } from './source.ts'

/** Why a restore does not begin; the message says what to do. Nothing was changed. */
export class RestoreRefused extends Error {
  override readonly name = 'RestoreRefused'
}

export interface RestoreWishes {
  /** Takes the place of what is there, instead of refusing. */
  readonly replaces: boolean
  /** What keeps the present state first, when there is one; returns how an operator gets back to it. */
  readonly keepPresent: () => Promise<string>
}

/** Throws `RestoreRefused` when the backup cannot go where the settings point. */
export async function checkTarget(
  { databaseUrl }: Source,
  manifest: Manifest,
  { replaces }: Pick<RestoreWishes, 'replaces'>,
) {
  if (dialectOf(databaseUrl) !== manifest.dialect) {
    throw new RestoreRefused(`The backup is of ${manifest.dialect}, and DATABASE_URL names another kind of database.`)
  }
  const isEmpty = manifest.dialect === 'sqlite' ? !existsSync(fileOf(databaseUrl)) : await isEmptyPostgres(databaseUrl)
  if (!isEmpty && !replaces) {
    throw new RestoreRefused(
      'The database is not empty. Point DATABASE_URL to an empty one, or say --replace: the present state is kept first.',
    )
  }
  await refuseOthers(databaseUrl, isEmpty)
  return { isEmpty }
}

/** Puts an unpacked backup in place. The database comes whole or not at all; returns where the former state was kept. */
export async function restore(
  source: Source,
  directory: string,
  manifest: Manifest,
  wishes: RestoreWishes,
): Promise<{ formerState: string | null }> {
  const { isEmpty } = await checkTarget(source, manifest, wishes)
  const isFile = manifest.dialect === 'sqlite'
  // A file is moved aside instead, which costs nothing.
  const formerState = isEmpty || isFile ? null : await wishes.keepPresent()
  await restoreFiles(source, directory, manifest)
  if (isFile) return { formerState: await restoreSqlite(fileOf(source.databaseUrl), directory) }
  await importPostgres(source.databaseUrl, parts.tables(directory), manifest.tables, {
    schema: schemaOf(manifest),
    replaces: !isEmpty,
  })
  return { formerState }
}

/** Copies what no running product takes by itself: secrets and the folders beside our data. */
export async function writeSecrets(directory: string, target: string): Promise<void> {
  await mkdir(target, { recursive: true, mode: 0o700 })
  await cp(parts.secrets(directory), join(target, 'secrets'), { recursive: true })
  if (existsSync(parts.extra(directory))) await cp(parts.extra(directory), join(target, 'extra'), { recursive: true })
}

async function refuseOthers(databaseUrl: string, isEmpty: boolean): Promise<void> {
  if (dialectOf(databaseUrl) === 'sqlite') {
    if (isEmpty) return
    try {
      requireAlone(fileOf(databaseUrl))
    } catch (error) {
      throw new RestoreRefused('Something has the database open. Stop the product first.', { cause: error })
    }
    return
  }
  const sessions = await otherSessions(databaseUrl)
  if (sessions > 0) {
    throw new RestoreRefused(`${sessions} other connections use the database. Stop the API and the workers first.`)
  }
}

/** Files first: whoever reads the restored database finds what it refers to. What is there already stays. */
async function restoreFiles({ files }: Source, directory: string, manifest: Manifest): Promise<void> {
  for (const key of Object.keys(manifest.files)) {
    await files.put(key, createReadStream(parts.file(directory, key)), {
      maxBytes: Number.MAX_SAFE_INTEGER,
      contentType: 'application/octet-stream',
    })
  }
}

/** The file is replaced by a rename; what stood there moves aside and comes back when that fails. */
async function restoreSqlite(path: string, directory: string): Promise<string | null> {
  await mkdir(dirname(path), { recursive: true })
  const incoming = `${path}.restoring`
  await copyFile(parts.sqliteFile(directory), incoming)
  const handle = await open(incoming, 'r+')
  await handle.sync()
  await handle.close()
  if (!existsSync(path)) {
    await rename(incoming, path)
    return null
  }
  const aside = `${path}.before-restore-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`
  await rename(path, aside)
  for (const suffix of ['-wal', '-shm']) await rm(`${path}${suffix}`, { force: true })
  try {
    await rename(incoming, path)
  } catch (error) {
    await rename(aside, path)
    throw error
  }
  return aside
}

/** Keeps a generated SECRET_KEY with its data, as embedded mode does. */
export async function writeKeptSecret(dataDirectory: string, secretKey: string): Promise<void> {
  await writeFile(join(dataDirectory, 'secret-key'), `${secretKey}\n`, { mode: 0o600 })
}

const fileOf = (databaseUrl: string): string => databaseUrl.slice('sqlite:'.length)
