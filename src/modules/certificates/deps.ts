import type { Kysely } from 'kysely'
import type { Metrics } from '#platform/metrics/metrics.ts'
import type { Storage } from '#platform/storage/storage.ts'
import type { Typesetter } from '#platform/typesetting/typesetter.ts'
import type { Database } from '../../database.ts'

/** What every part of this module works with. */
export interface CertificatesDeps {
  readonly db: Kysely<Database>
  /** Where the documents are kept. */
  readonly openStorage: () => Promise<Storage>
  readonly typesetter: Typesetter
  readonly metrics: Metrics
  /** Seals the keys that sign. */
  readonly secretKey: string
  /** Who issues: the name of the institution’s system, and its public address, without a slash at the end. */
  readonly issuer: { readonly name: string; readonly url: string }
  /** Where certificates are verified; the number follows after a slash. */
  readonly verificationBaseUrl: string
  readonly now: () => Date
  readonly newId: () => string
}
