import type { Kysely, Selectable } from 'kysely'
import type { Database } from '../../../database.ts'
import type { AuthDatabase } from '../tables.ts'

type Executor = Kysely<Database>
export type TotpRow = Selectable<AuthDatabase['totp_secret']>

export function selectTotp(db: Executor, userId: string): Promise<TotpRow | undefined> {
  return db.selectFrom('totp_secret').selectAll().where('user_id', '=', userId).executeTakeFirst()
}

/** Begins an enrollment; one that was begun before and not confirmed is replaced. */
export async function upsertUnconfirmedTotp(
  db: Executor,
  values: { user_id: string; encrypted_secret: string; created_at: string },
): Promise<void> {
  const fresh = { ...values, confirmed_at: null, last_used_step: null }
  await db
    .insertInto('totp_secret')
    .values(fresh)
    .onConflict((conflict) => conflict.column('user_id').doUpdateSet(fresh))
    .execute()
}

export async function confirmTotp(db: Executor, userId: string, at: string): Promise<void> {
  await db.updateTable('totp_secret').set({ confirmed_at: at }).where('user_id', '=', userId).execute()
}

/** Uses the code of `step` up, with all before it; false when it, or a later one, was used already. */
export async function useTotpStep(db: Executor, userId: string, step: number): Promise<boolean> {
  const result = await db
    .updateTable('totp_secret')
    .set({ last_used_step: step })
    .where('user_id', '=', userId)
    .where((eb) => eb.or([eb('last_used_step', 'is', null), eb('last_used_step', '<', step)]))
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

export async function deleteTotp(db: Executor, userId: string): Promise<void> {
  await db.deleteFrom('recovery_code').where('user_id', '=', userId).execute()
  await db.deleteFrom('totp_secret').where('user_id', '=', userId).execute()
}

export async function replaceRecoveryCodes(
  db: Executor,
  userId: string,
  codeHashes: readonly string[],
  at: string,
): Promise<void> {
  await db.deleteFrom('recovery_code').where('user_id', '=', userId).execute()
  const rows = codeHashes.map((code_hash) => ({ code_hash, user_id: userId, created_at: at, used_at: null }))
  await db.insertInto('recovery_code').values(rows).execute()
}

/** False when the account has no such code, or has used it. */
export async function useRecoveryCode(db: Executor, userId: string, codeHash: string, at: string): Promise<boolean> {
  const result = await db
    .updateTable('recovery_code')
    .set({ used_at: at })
    .where('code_hash', '=', codeHash)
    .where('user_id', '=', userId)
    .where('used_at', 'is', null)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

export async function countRecoveryCodes(db: Executor, userId: string): Promise<number> {
  const row = await db
    .selectFrom('recovery_code')
    .select((eb) => eb.fn.countAll<number>().as('left'))
    .where('user_id', '=', userId)
    .where('used_at', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(row.left)
}
