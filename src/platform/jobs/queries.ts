import type { Kysely } from 'kysely'
import { dialectOfDatabase } from '#platform/database/dialect.ts'
import type { JobsDatabase } from './tables.ts'

/** A job that this process has claimed and must run, or give back, before its lease ends. */
export interface ClaimedJob {
  readonly id: string
  readonly name: string
  readonly payload: unknown
  /** This attempt's number. */
  readonly attempts: number
  readonly claims: number
  readonly run_at: string
}

const claimedColumns = ['id', 'name', 'payload', 'attempts', 'claims', 'run_at'] as const

/** Claims up to `limit` jobs of these names that are due, longest due first, none that another process has locked. */
export function claimDueJobs(
  db: Kysely<JobsDatabase>,
  names: readonly string[],
  limit: number,
  now: string,
  leaseEnd: string,
): Promise<ClaimedJob[]> {
  // PostgreSQL may run a locking subquery more than once; a CTE that locks rows it runs exactly once.
  return db
    .with('due', () => selectDue(db, names, limit, now))
    .updateTable('job')
    .set((eb) => ({
      state: 'running',
      attempts: eb('attempts', '+', 1),
      claims: eb('claims', '+', 1),
      available_at: leaseEnd,
    }))
    .where('id', 'in', (eb) => eb.selectFrom('due').select('due.id'))
    .returning(claimedColumns)
    .execute()
}

function selectDue(db: Kysely<JobsDatabase>, names: readonly string[], limit: number, now: string) {
  const due = db
    .selectFrom('job')
    .select('id')
    .where('available_at', '<=', now)
    .where('name', 'in', names)
    .orderBy('available_at')
    .orderBy('id')
    .limit(limit)
  return dialectOfDatabase(db) === 'postgres' ? due.forUpdate().skipLocked() : due
}

/** Extends the lease; false when the claim is no longer the latest: the job was taken, given back or ended. */
export async function extendLease(
  db: Kysely<JobsDatabase>,
  { id, claims }: ClaimedJob,
  leaseEnd: string,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('job')
    .set({ available_at: leaseEnd })
    .where('id', '=', id)
    .where('claims', '=', claims)
    .where('state', '=', 'running')
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Deletes the job that is done; false when the claim is no longer the latest. */
export async function deleteJob(db: Kysely<JobsDatabase>, id: string, claims: number): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('job')
    .where('id', '=', id)
    .where('claims', '=', claims)
    .where('state', '=', 'running')
    .executeTakeFirst()
  return numDeletedRows > 0n
}

interface JobEnd {
  readonly state: 'waiting' | 'dead'
  readonly attempts?: number
  readonly run_at?: string
  readonly available_at: string | null
  readonly died_at?: string
  readonly last_error?: string
}

/** Gives up the claim: to wait for another attempt, or dead. False when the claim is no longer the latest. */
export async function endClaim(db: Kysely<JobsDatabase>, { id, claims }: ClaimedJob, end: JobEnd): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('job')
    .set(end)
    .where('id', '=', id)
    .where('claims', '=', claims)
    .where('state', '=', 'running')
    .executeTakeFirst()
  return numUpdatedRows > 0n
}
