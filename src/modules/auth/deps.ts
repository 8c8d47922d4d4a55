import type { Kysely } from 'kysely'
import type { Log } from '#platform/log/log.ts'
import type { Metrics } from '#platform/metrics/metrics.ts'
import type { Throttle } from '#platform/throttle/throttle.ts'
import type { Database } from '../../database.ts'
import type { AccessTokens } from './access-token.ts'
import type { Blacklist } from './blacklist.ts'
import type { Passwords } from './passwords.ts'

/** What the parts of this module work with; each names what it needs. */
export interface AuthDeps {
  readonly db: Kysely<Database>
  readonly log: Log
  readonly metrics: Metrics
  readonly now: () => Date
  readonly newId: () => string
  readonly throttle: Throttle
  readonly passwords: Passwords
  readonly accessTokens: AccessTokens
  readonly blacklist: Blacklist
  readonly secretKey: string
  readonly productName: string
  readonly refreshTokenDays: number
  readonly loginFailuresPerAccount: number
  readonly loginFailuresPerNetwork: number
}
