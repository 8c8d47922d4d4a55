import type { Insertable, Kysely, Selectable } from 'kysely'
import type { Database } from '../../database.ts'
import type { AuthDatabase } from './tables.ts'

type Executor = Kysely<Database>
export type SessionRow = Selectable<AuthDatabase['session']>

export async function insertSession(db: Executor, values: Insertable<AuthDatabase['session']>): Promise<void> {
  await db.insertInto('session').values(values).execute()
}

export async function insertRefreshToken(
  db: Executor,
  values: Insertable<AuthDatabase['refresh_token']>,
): Promise<void> {
  await db.insertInto('refresh_token').values(values).execute()
}

export function selectSession(db: Executor, id: string): Promise<SessionRow | undefined> {
  return db.selectFrom('session').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Marks the token as exchanged and returns its session's id; undefined when unknown or exchanged before. */
export async function useRefreshToken(db: Executor, tokenHash: string, at: string): Promise<string | undefined> {
  const row = await db
    .updateTable('refresh_token')
    .set({ used_at: at })
    .where('token_hash', '=', tokenHash)
    .where('used_at', 'is', null)
    .returning('session_id')
    .executeTakeFirst()
  return row?.session_id
}

/** The session a token belongs or belonged to, used or not. */
export async function selectSessionIdOfToken(db: Executor, tokenHash: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('refresh_token')
    .select('session_id')
    .where('token_hash', '=', tokenHash)
    .executeTakeFirst()
  return row?.session_id
}

export async function touchSession(
  db: Executor,
  id: string,
  values: { last_used_at: string; expires_at: string },
): Promise<void> {
  await db.updateTable('session').set(values).where('id', '=', id).execute()
}

/** True when this call is the one that ended it. */
export async function endSession(
  db: Executor,
  id: string,
  values: { ended_at: string; end_reason: string },
): Promise<boolean> {
  const result = await db
    .updateTable('session')
    .set(values)
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}
