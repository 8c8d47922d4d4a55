import type { Kysely } from 'kysely'
import { lockFreeRows } from '#platform/database/dialect.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import type { Database } from '../../database.ts'
import type { EnrollmentRow } from './as-of.ts'
import { insertEnrollmentEvents } from './queries.ts'

type Tx = Kysely<Database>

/** Enrollments that one transaction of the job ends. */
const BATCH = 500

/** Writes down the end of overdue enrollments, which the caller has locked. It happened when their time passed. */
export async function recordExpiry(
  tx: Tx,
  newId: () => string,
  overdue: readonly EnrollmentRow[],
): Promise<EnrollmentRow[]> {
  if (overdue.length === 0) return []
  const rows = await tx
    .updateTable('enrollment')
    .set((eb) => ({ status: 'expired' as const, ended_at: eb.ref('expires_at'), version: eb('version', '+', 1) }))
    .where(
      'id',
      'in',
      overdue.map((row) => row.id),
    )
    .returningAll()
    .execute()
  await insertEnrollmentEvents(
    tx,
    rows.map((row) => ({
      id: newId(),
      enrollment_id: row.id,
      event: 'expired' as const,
      occurred_at: row.expires_at ?? '',
      actor_id: null,
      expires_at: row.expires_at,
    })),
  )
  return rows
}

/** Ends every enrollment whose time has passed, in batches; returns how many. Stops early when `signal` says so. */
export async function expireInBatches(
  { db, newId }: { db: Kysely<Database>; newId: () => string },
  at: Date,
  signal: AbortSignal,
): Promise<number> {
  let total = 0
  while (!signal.aborted) {
    const count = await inTransaction(db, async (tx) => {
      const overdue = await lockOverdue(tx, at)
      return (await recordExpiry(tx, newId, overdue)).length
    })
    total += count
    if (count < BATCH) break
  }
  return total
}

// What somebody else is changing right now waits for the next run.
function lockOverdue(tx: Tx, at: Date): Promise<EnrollmentRow[]> {
  const query = tx
    .selectFrom('enrollment')
    .selectAll()
    .where('status', '=', 'active')
    .where('expires_at', '<=', at.toISOString())
    .orderBy('expires_at')
    .limit(BATCH)
  return lockFreeRows(tx, query).execute()
}
