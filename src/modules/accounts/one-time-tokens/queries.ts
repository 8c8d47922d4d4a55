import type { Insertable, Kysely, Selectable } from 'kysely'
import type { Database } from '../../../database.ts'
import type { AccountsDatabase } from '../tables.ts'

type Executor = Kysely<Database>
export type OneTimeTokenRow = Selectable<AccountsDatabase['one_time_token']>
export type Purpose = OneTimeTokenRow['purpose']

export async function insertOneTimeToken(
  db: Executor,
  values: Insertable<AccountsDatabase['one_time_token']>,
): Promise<void> {
  await db.insertInto('one_time_token').values(values).execute()
}

export function selectOneTimeToken(db: Executor, id: string): Promise<OneTimeTokenRow | undefined> {
  return db.selectFrom('one_time_token').selectAll().where('id', '=', id).executeTakeFirst()
}

export function selectUsableToken(
  db: Executor,
  { purpose, hash, at }: { purpose: Purpose; hash: string; at: string },
): Promise<OneTimeTokenRow | undefined> {
  return db
    .selectFrom('one_time_token')
    .selectAll()
    .where('token_hash', '=', hash)
    .where('purpose', '=', purpose)
    .where('used_at', 'is', null)
    .where('expires_at', '>', at)
    .executeTakeFirst()
}

/** Uses the token up; undefined when somebody else was faster, or it cannot be used. */
export function markTokenUsed(
  db: Executor,
  { purpose, hash, at }: { purpose: Purpose; hash: string; at: string },
): Promise<OneTimeTokenRow | undefined> {
  return db
    .updateTable('one_time_token')
    .set({ used_at: at })
    .where('token_hash', '=', hash)
    .where('purpose', '=', purpose)
    .where('used_at', 'is', null)
    .where('expires_at', '>', at)
    .returningAll()
    .executeTakeFirst()
}

export async function deleteUnusedTokens(db: Executor, userId: string, purpose: Purpose): Promise<void> {
  await db
    .deleteFrom('one_time_token')
    .where('user_id', '=', userId)
    .where('purpose', '=', purpose)
    .where('used_at', 'is', null)
    .execute()
}

/** Deletes at most `limit` tokens that expired before `before`; returns how many. */
export async function deleteExpiredTokens(db: Executor, before: string, limit: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('one_time_token')
    .where('id', 'in', (eb) =>
      eb.selectFrom('one_time_token').select('id').where('expires_at', '<', before).limit(limit),
    )
    .executeTakeFirst()
  return Number(numDeletedRows)
}
