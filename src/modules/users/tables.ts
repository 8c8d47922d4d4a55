import type { Generated } from 'kysely'
import type { Role, UserStatus } from './schemas.ts'

export interface UsersDatabase {
  user_account: {
    id: string
    /** Lower-cased and trimmed: two spellings of one address are one account. */
    email: string
    full_name: string
    /** Name and address as `searchTextOf` folds them. */
    search_text: string
    role: Role
    status: UserStatus
    /** Argon2id in PHC string format; null until an invited person chooses a password. */
    password_hash: string | null
    email_verified_at: string | null
    /** Set while a second factor is asked for at login. */
    totp_enabled_at: string | null
    created_at: string
    updated_at: string
    last_login_at: string | null
    /** Access tokens of an older generation are void; grows when all of an account's tokens are revoked. */
    token_generation: Generated<number>
    tokens_revoked_at: string | null
    /** Grows with every change of the account; the ETag of its representation. */
    version: Generated<number>
  }
}
