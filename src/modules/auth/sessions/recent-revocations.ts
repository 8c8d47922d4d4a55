import type { Kysely } from 'kysely'
import { selectTokenGenerations } from '#modules/users/index.ts'
import type { Database } from '../../../database.ts'
import type { Revocations } from '../blacklist.ts'
import { selectEndedSessionIds } from './queries.ts'

/** The revocations since `since`, as the database knows them: what a new or emptied blacklist starts with. */
export async function selectRecentRevocations(db: Kysely<Database>, since: Date): Promise<Revocations> {
  const sessionIds = await selectEndedSessionIds(db, since.toISOString())
  const users = await selectTokenGenerations(db, since)
  return { sessionIds, users: users.map(({ id, token_generation }) => ({ userId: id, generation: token_generation })) }
}
