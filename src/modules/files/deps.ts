import type { Kysely } from 'kysely'
import type { Principal } from '#modules/auth/index.ts'
import type { Metrics } from '#platform/metrics/metrics.ts'
import type { Storage } from '#platform/storage/storage.ts'
import type { Database } from '../../database.ts'

export interface UploadLimits {
  /** Largest file. */
  readonly fileBytes: number
  /** What one account's files without a course may take all together; 0: no limit. */
  readonly quotaBytes: number
}

/** How files are used elsewhere in the product; whoever refers to files beside lessons says so here. */
export interface FileUse {
  /** Whether a use of the file makes `viewer` one of its readers. */
  mayRead(db: Kysely<Database>, viewer: Principal, fileId: string): Promise<boolean>
  /** The lessons whose work refers to the file, which therefore cannot be deleted. */
  lessonsUsing(db: Kysely<Database>, fileId: string): Promise<readonly string[]>
}

/** What every part of this module works with. */
export interface FileDeps {
  readonly db: Kysely<Database>
  readonly storage: Storage
  readonly metrics: Metrics
  readonly limits: UploadLimits
  readonly uses: readonly FileUse[]
  /** Origins of the front ends, whose pages may show files in a frame. */
  readonly frontendOrigins: readonly string[]
  /** Download links are signed with a key made from it. */
  readonly secretKey: string
  readonly now: () => Date
  readonly newId: () => string
}
