import type { Storage } from '#platform/storage/storage.ts'

/** What is backed up, and where a backup is restored to. */
export interface Source {
  readonly databaseUrl: string
  readonly files: Storage
  readonly secretKey: string
  /** Folders beside our own data, such as Caddy's certificates. */
  readonly extraDirectories: readonly string[]
  readonly release: string
}
