import type { Kysely } from 'kysely'
import type { Auth, Passwords } from '#modules/auth/index.ts'
import type { Metrics } from '#platform/metrics/metrics.ts'
import type { Throttle } from '#platform/throttle/throttle.ts'
import type { Database } from '../../database.ts'

/** What the parts of this module work with; each names what it needs. */
export interface AccountsDeps {
  readonly db: Kysely<Database>
  readonly metrics: Metrics
  readonly now: () => Date
  readonly newId: () => string
  readonly auth: Auth
  readonly passwords: Passwords
  readonly throttle: Throttle
  readonly secretKey: string
  readonly registrationsPerNetwork: number
  readonly mailsPerNetwork: number
}
