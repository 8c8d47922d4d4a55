import type { Insertable, Kysely, Selectable } from 'kysely'
import type { Database } from '../../../database.ts'
import type { AuthDatabase } from '../tables.ts'

type Executor = Kysely<Database>
export type SessionRow = Selectable<AuthDatabase['session']>
export interface SessionEnd {
  readonly ended_at: string
  readonly end_reason: SessionEndReason
}
export type SessionEndReason = SessionRow['end_reason'] & string

export async function insertSession(db: Executor, values: Insertable<AuthDatabase['session']>): Promise<void> {
  await db.insertInto('session').values(values).execute()
}

export async function insertRefreshToken(
  db: Executor,
  values: Insertable<AuthDatabase['refresh_token']>,
): Promise<void> {
  await db.insertInto('refresh_token').values(values).execute()
}

/** Sessions of the account that can still be used, newest first; one more than the page tells whether there is a next. */
export function selectLiveSessions(
  db: Executor,
  { userId, at, before, limit }: { userId: string; at: string; before: string | undefined; limit: number },
): Promise<SessionRow[]> {
  return db
    .selectFrom('session')
    .selectAll()
    .where('user_id', '=', userId)
    .where('ended_at', 'is', null)
    .where('expires_at', '>', at)
    .$if(before !== undefined, (query) => query.where('id', '<', before ?? ''))
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
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

/** Prolongs a session that is neither ended nor expired, and returns whose it is; undefined when there is none. */
export async function touchSession(
  db: Executor,
  id: string,
  values: { last_used_at: string; expires_at: string },
): Promise<string | undefined> {
  const row = await db
    .updateTable('session')
    .set(values)
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .where('expires_at', '>', values.last_used_at)
    .returning('user_id')
    .executeTakeFirst()
  return row?.user_id
}

/** Ends one session and returns whose it was; undefined when there is none of that id (and owner) to end. */
export async function updateSessionEnd(
  db: Executor,
  { id, userId }: { id: string; userId?: string },
  end: SessionEnd,
): Promise<string | undefined> {
  const row = await db
    .updateTable('session')
    .set(end)
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .$if(userId !== undefined, (query) => query.where('user_id', '=', userId ?? ''))
    .returning('user_id')
    .executeTakeFirst()
  return row?.user_id
}

/** Ends the account's sessions, but for the one to keep; returns the ids of those that this call ended. */
export async function updateSessionEnds(
  db: Executor,
  { userId, keep }: { userId: string; keep?: string },
  end: SessionEnd,
): Promise<string[]> {
  const rows = await db
    .updateTable('session')
    .set(end)
    .where('user_id', '=', userId)
    .where('ended_at', 'is', null)
    .$if(keep !== undefined, (query) => query.where('id', '<>', keep ?? ''))
    .returning('id')
    .execute()
  return rows.map(({ id }) => id)
}

/** Sessions that ended at or after `since`. */
export async function selectEndedSessionIds(db: Executor, since: string): Promise<string[]> {
  const rows = await db.selectFrom('session').select('id').where('ended_at', '>=', since).execute()
  return rows.map(({ id }) => id)
}

/** Has the account ever had a session (that is still on record) from this network? */
export async function selectIsKnownNetwork(db: Executor, userId: string, network: string): Promise<boolean> {
  const row = await db
    .selectFrom('session')
    .select('id')
    .where('user_id', '=', userId)
    .where('network', '=', network)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
