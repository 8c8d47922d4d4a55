import type { Insertable, Kysely, Selectable } from 'kysely'
import type { IdempotencyDatabase } from './tables.ts'

type Executor = Kysely<IdempotencyDatabase>
export type ClaimRow = Selectable<IdempotencyDatabase['idempotency_claim']>

/** False when the claim exists already. */
export async function insertClaim(
  db: Executor,
  values: Insertable<IdempotencyDatabase['idempotency_claim']>,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('idempotency_claim')
    .values(values)
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirstOrThrow()
  return numInsertedOrUpdatedRows === 1n
}

export function selectClaim(db: Executor, id: string): Promise<ClaimRow | undefined> {
  return db.selectFrom('idempotency_claim').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Takes a claim over whose holder is gone; of several that try, one succeeds. */
export async function takeClaimOver(
  db: Executor,
  { id, claim_token: oldToken }: ClaimRow,
  claim: { token: string; leasedUntil: Date },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('idempotency_claim')
    .set({ claim_token: claim.token, leased_until: claim.leasedUntil.toISOString() })
    .where('id', '=', id)
    .where('claim_token', '=', oldToken)
    .where('state', '=', 'running')
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** False when somebody else has taken the claim over, or its response is kept already. */
export async function markCommitted(tx: Executor, id: string, token: string): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('idempotency_claim')
    .set({ state: 'committed' })
    .where('id', '=', id)
    .where('claim_token', '=', token)
    .where('state', '<>', 'answered')
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

export interface KeptResponse {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: string
}

export async function keepResponse(db: Executor, id: string, token: string, response: KeptResponse): Promise<void> {
  await db
    .updateTable('idempotency_claim')
    .set({
      state: 'answered',
      response_status: response.status,
      response_headers: JSON.stringify(response.headers),
      response_body: response.body,
    })
    .where('id', '=', id)
    .where('claim_token', '=', token)
    .execute()
}

/** Forgets a claim without effect, so that the request may be tried again at once. */
export async function deleteRunningClaim(db: Executor, id: string, token: string): Promise<void> {
  await db
    .deleteFrom('idempotency_claim')
    .where('id', '=', id)
    .where('claim_token', '=', token)
    .where('state', '=', 'running')
    .execute()
}

/** Ends the lease of a claim that has its effect but will get no response. */
export async function endLease(db: Executor, id: string, token: string, now: Date): Promise<void> {
  await db
    .updateTable('idempotency_claim')
    .set({ leased_until: now.toISOString() })
    .where('id', '=', id)
    .where('claim_token', '=', token)
    .execute()
}

/** Deletes one expired claim, so that its key is new again. */
export async function deleteExpiredClaim(db: Executor, id: string, now: Date): Promise<void> {
  await db.deleteFrom('idempotency_claim').where('id', '=', id).where('expires_at', '<=', now.toISOString()).execute()
}

/** Deletes every expired claim and returns how many there were. */
export async function purgeExpiredClaims(db: Executor, now: Date): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('idempotency_claim')
    .where('expires_at', '<=', now.toISOString())
    .executeTakeFirst()
  return Number(numDeletedRows)
}
