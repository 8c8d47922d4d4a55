import type { Kysely } from 'kysely'
import type { Database } from '../../../database.ts'

type Executor = Kysely<Database>

/** Deletes at most `limit` sessions, with their refresh tokens, that expired before `before`; returns how many. */
export async function deleteExpiredSessions(db: Executor, before: string, limit: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('session')
    .where('id', 'in', (eb) => eb.selectFrom('session').select('id').where('expires_at', '<', before).limit(limit))
    .executeTakeFirst()
  return Number(numDeletedRows)
}

/** The same for refresh tokens that were issued before `before`. */
export async function deleteOldRefreshTokens(db: Executor, before: string, limit: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('refresh_token')
    .where('token_hash', 'in', (eb) =>
      eb.selectFrom('refresh_token').select('token_hash').where('issued_at', '<', before).limit(limit),
    )
    .executeTakeFirst()
  return Number(numDeletedRows)
}

/** The same for challenges that expired before `before`. */
export async function deleteExpiredChallenges(db: Executor, before: string, limit: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('login_challenge')
    .where('token_hash', 'in', (eb) =>
      eb.selectFrom('login_challenge').select('token_hash').where('expires_at', '<', before).limit(limit),
    )
    .executeTakeFirst()
  return Number(numDeletedRows)
}
