import type { Kysely } from 'kysely'
import { emailTaken, insertUser, type Role, type UserRow, type UserStatus } from '#modules/users/index.ts'
import { onConstraint } from '#platform/database/constraint.ts'
import type { Database } from '../../database.ts'

export interface NewAccount {
  readonly id: string
  readonly email: string
  readonly fullName: string
  readonly role: Role
  readonly status: UserStatus
  readonly passwordHash: string | null
  readonly emailVerifiedAt: Date | null
}

/** Throws `emailTaken` when there is an account with this address, in whatever spelling. */
export function insertAccount(tx: Kysely<Database>, account: NewAccount, at: Date): Promise<UserRow> {
  return onConstraint(
    insertUser(tx, {
      id: account.id,
      email: account.email,
      full_name: account.fullName.trim(),
      role: account.role,
      status: account.status,
      password_hash: account.passwordHash,
      email_verified_at: account.emailVerifiedAt?.toISOString() ?? null,
      created_at: at.toISOString(),
      updated_at: at.toISOString(),
      last_login_at: null,
    }),
    'user_account_email_key',
    (cause) => emailTaken(undefined, cause),
  )
}
