import type { Kysely, Selectable } from 'kysely'
import type { Database } from '../../../database.ts'
import type { AuthDatabase } from '../tables.ts'

type Executor = Kysely<Database>
type ChallengeRow = Selectable<AuthDatabase['login_challenge']>

export async function insertChallenge(
  db: Executor,
  values: { token_hash: string; user_id: string; created_at: string; expires_at: string },
): Promise<void> {
  await db
    .insertInto('login_challenge')
    .values({ ...values, used_at: null })
    .execute()
}

export function selectChallenge(db: Executor, tokenHash: string): Promise<ChallengeRow | undefined> {
  return db.selectFrom('login_challenge').selectAll().where('token_hash', '=', tokenHash).executeTakeFirst()
}

/** Counts one guess; undefined when the challenge is unknown, expired, used or has had `guessesMax` guesses. */
export function countChallengeGuess(
  db: Executor,
  tokenHash: string,
  { at, guessesMax }: { at: string; guessesMax: number },
): Promise<ChallengeRow | undefined> {
  return db
    .updateTable('login_challenge')
    .set((eb) => ({ guesses: eb('guesses', '+', 1) }))
    .where('token_hash', '=', tokenHash)
    .where('used_at', 'is', null)
    .where('guesses', '<', guessesMax)
    .where('expires_at', '>', at)
    .returningAll()
    .executeTakeFirst()
}

export async function markChallengeUsed(db: Executor, tokenHash: string, at: string): Promise<void> {
  await db.updateTable('login_challenge').set({ used_at: at }).where('token_hash', '=', tokenHash).execute()
}

/** The password that was right has changed: what was begun with it must begin again. */
export async function deleteChallenges(db: Executor, userId: string): Promise<void> {
  await db.deleteFrom('login_challenge').where('user_id', '=', userId).execute()
}
