import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DatabaseDialect } from '#platform/database/dialect.ts'
import type { CopiedTable } from '#platform/database/postgres-copy.ts'

/** What a backup says of itself. */
export interface Manifest {
  readonly format: 1
  readonly createdAt: string
  readonly release: string
  readonly dialect: DatabaseDialect
  /** Migrations that the database had seen, in order. */
  readonly migrations: readonly string[]
  /** Rows by table. */
  readonly rows: Readonly<Record<string, number>>
  /** PostgreSQL only: how each table was copied. */
  readonly tables: readonly CopiedTable[]
  /** Objects of the storage by key: SHA-256. */
  readonly files: Readonly<Record<string, string>>
  /** Files that the database knows and the storage did not have. */
  readonly missingFiles: readonly string[]
}

export const manifestFile = 'manifest.json'

export async function writeManifest(directory: string, manifest: Manifest): Promise<void> {
  await writeFile(join(directory, manifestFile), JSON.stringify(manifest, null, 2))
}

/** Throws when there is none, or one that a newer release wrote. */
export async function readManifest(directory: string): Promise<Manifest> {
  const manifest: Manifest = JSON.parse(await readFile(join(directory, manifestFile), 'utf8'))
  if (manifest.format !== 1) throw new Error('it was made by a newer release')
  return manifest
}
