import type { Kysely } from 'kysely'
import type { Database } from '../../../database.ts'

type Executor = Kysely<Database>

/** True when this call made the token: there is one at most, ever. */
export async function insertSetupToken(
  db: Executor,
  values: { token_hash: string; created_at: string },
): Promise<boolean> {
  const result = await db
    .insertInto('setup_token')
    .values({ ...values, id: 1, used_at: null })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirst()
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n
}

export async function selectIsUsableSetupToken(db: Executor, tokenHash: string): Promise<boolean> {
  const row = await db
    .selectFrom('setup_token')
    .select('id')
    .where('token_hash', '=', tokenHash)
    .where('used_at', 'is', null)
    .executeTakeFirst()
  return row !== undefined
}

/** True for the one caller who uses the token up. */
export async function useSetupToken(db: Executor, tokenHash: string, at: string): Promise<boolean> {
  const result = await db
    .updateTable('setup_token')
    .set({ used_at: at })
    .where('token_hash', '=', tokenHash)
    .where('used_at', 'is', null)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** Makes the token void, if there is one that was not used. */
export async function voidSetupToken(db: Executor, at: string): Promise<void> {
  await db.updateTable('setup_token').set({ used_at: at }).where('used_at', 'is', null).execute()
}
