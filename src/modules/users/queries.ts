import type { Insertable, Kysely, Selectable, Updateable } from 'kysely'
import { lockRow } from '#platform/database/dialect.ts'
import type { Database } from '../../database.ts'
import { searchTextOf } from './search-text.ts'
import type { UsersDatabase } from './tables.ts'

type Executor = Kysely<Database>
export type UserRow = Selectable<UsersDatabase['user_account']>

export function selectUserById(db: Executor, id: string): Promise<UserRow | undefined> {
  return db.selectFrom('user_account').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Nobody else changes the account until the transaction ends. */
export function lockUser(tx: Executor, id: string): Promise<UserRow | undefined> {
  return lockRow(tx, tx.selectFrom('user_account').selectAll().where('id', '=', id)).executeTakeFirst()
}

export function selectUserByEmail(db: Executor, email: string): Promise<UserRow | undefined> {
  return db.selectFrom('user_account').selectAll().where('email', '=', normalizeEmail(email)).executeTakeFirst()
}

/** Is there an administrator, of whatever status? */
export async function selectHasAdministrator(db: Executor): Promise<boolean> {
  const row = await db
    .selectFrom('user_account')
    .select('id')
    .where('role', '=', 'administrator')
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** The address is normalised; a second account with it violates `user_account_email_key`. */
export function insertUser(
  db: Executor,
  values: Omit<Insertable<UsersDatabase['user_account']>, 'search_text'>,
): Promise<UserRow> {
  const email = normalizeEmail(values.email)
  return db
    .insertInto('user_account')
    .values({ ...values, email, search_text: searchTextOf(values.full_name, email) })
    .returningAll()
    .executeTakeFirstOrThrow()
}

type UserChanges = Omit<Updateable<UsersDatabase['user_account']>, 'id' | 'email' | 'full_name' | 'search_text'>

/** Changes the account and counts its version up; undefined when there is no such account. */
export function updateUser(db: Executor, id: string, changes: UserChanges): Promise<UserRow | undefined> {
  return db
    .updateTable('user_account')
    .set((eb) => ({ ...changes, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst()
}

/** Gives the account another name. */
export function updateUserName(
  db: Executor,
  { id, email }: UserRow,
  { fullName, at }: { fullName: string; at: Date },
): Promise<UserRow> {
  return db
    .updateTable('user_account')
    .set((eb) => ({
      full_name: fullName,
      search_text: searchTextOf(fullName, email),
      updated_at: at.toISOString(),
      version: eb('version', '+', 1),
    }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** From now on every access token issued before is void; the caller tells the blacklist after the commit. */
export function startTokenGeneration(db: Executor, id: string, at: Date): Promise<UserRow> {
  return db
    .updateTable('user_account')
    .set((eb) => ({ token_generation: eb('token_generation', '+', 1), tokens_revoked_at: at.toISOString() }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** Accounts whose access tokens were revoked at or after `since`. */
export function selectTokenGenerations(db: Executor, since: Date): Promise<Pick<UserRow, 'id' | 'token_generation'>[]> {
  return db
    .selectFrom('user_account')
    .select(['id', 'token_generation'])
    .where('tokens_revoked_at', '>=', since.toISOString())
    .execute()
}

export function normalizeEmail(email: string): string {
  return email.normalize('NFKC').trim().toLowerCase()
}
