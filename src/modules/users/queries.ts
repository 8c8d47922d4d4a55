import type { Insertable, Kysely, Selectable, Updateable } from 'kysely'
import type { Database } from '../../database.ts'
import type { UsersDatabase } from './tables.ts'

type Executor = Kysely<Database>
export type UserRow = Selectable<UsersDatabase['user_account']>

export function selectUserById(db: Executor, id: string): Promise<UserRow | undefined> {
  return db.selectFrom('user_account').selectAll().where('id', '=', id).executeTakeFirst()
}

export function selectUserByEmail(db: Executor, email: string): Promise<UserRow | undefined> {
  return db.selectFrom('user_account').selectAll().where('email', '=', normalizeEmail(email)).executeTakeFirst()
}

export function insertUser(db: Executor, values: Insertable<UsersDatabase['user_account']>): Promise<UserRow> {
  return db.insertInto('user_account').values(values).returningAll().executeTakeFirstOrThrow()
}

/** Changes the account and counts its version up; undefined when there is no such account. */
export function updateUser(
  db: Executor,
  id: string,
  changes: Updateable<UsersDatabase['user_account']>,
): Promise<UserRow | undefined> {
  return db
    .updateTable('user_account')
    .set((eb) => ({ ...changes, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst()
}

export function normalizeEmail(email: string): string {
  return email.normalize('NFKC').trim().toLowerCase()
}
