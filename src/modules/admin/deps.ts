import type { Kysely } from 'kysely'
import type { Accounts } from '#modules/accounts/index.ts'
import type { Auth } from '#modules/auth/index.ts'
import type { Database } from '../../database.ts'

/** What the parts of this module work with; each names what it needs. */
export interface AdminDeps {
  readonly db: Kysely<Database>
  readonly now: () => Date
  readonly newId: () => string
  readonly auth: Auth
  readonly accounts: Accounts
}

/** Throws when the caller has read another version than the present one. */
export type VersionGuard = (present: number) => void
