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

/** A job that was handed to Redis, as it stood then. */
export type HandedOver = Pick<ClaimedJob, 'id' | 'name' | 'claims'>

/** Marks up to `limit` due jobs as handed over: nobody else takes them before `handOverEnd`. */
export function handOverDueJobs(
  db: Kysely<JobsDatabase>,
  names: readonly string[],
  limit: number,
  now: string,
  handOverEnd: string,
): Promise<HandedOver[]> {
  return (
    db
      .with('due', () => selectDue(db, names, limit, now))
      .updateTable('job')
      // One that was running lost its process; from here on its former owner cannot end it any more.
      .set({ state: 'waiting', available_at: handOverEnd })
      .where('id', 'in', (eb) => eb.selectFrom('due').select('due.id'))
      .returning(['id', 'name', 'claims'])
      .execute()
  )
}

/** Makes jobs that were handed over, and that nobody has claimed, due again. */
export async function takeBackJobs(db: Kysely<JobsDatabase>, ids: readonly string[], now: string): Promise<void> {
  await db.updateTable('job').set({ available_at: now }).where('id', 'in', ids).where('state', '=', 'waiting').execute()
}

/** Claims the job of a notice, unless it was claimed before: since then it may be done, dead or waiting again. */
export function claimNoticedJob(
  db: Kysely<JobsDatabase>,
  notice: Pick<HandedOver, 'id' | 'claims'>,
  leaseEnd: string,
): Promise<ClaimedJob | undefined> {
  return db
    .updateTable('job')
    .set((eb) => ({
      state: 'running',
      attempts: eb('attempts', '+', 1),
      claims: eb('claims', '+', 1),
      available_at: leaseEnd,
    }))
    .where('id', '=', notice.id)
    .where('claims', '=', notice.claims)
    .where('state', '=', 'waiting')
    .returning(claimedColumns)
    .executeTakeFirst()
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

export function selectRecurringJobs(db: Kysely<JobsDatabase>): Promise<{ name: string; next_run_at: string }[]> {
  return db.selectFrom('recurring_job').select(['name', 'next_run_at']).execute()
}

export async function insertRecurringJob(db: Kysely<JobsDatabase>, name: string, nextRunAt: string): Promise<void> {
  await db
    .insertInto('recurring_job')
    .values({ name, next_run_at: nextRunAt })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute()
}

/** Moves the due time from `seen` on; false when somebody else has done so. */
export async function moveRecurringJob(
  db: Kysely<JobsDatabase>,
  name: string,
  seen: string,
  next: string,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('recurring_job')
    .set({ next_run_at: next })
    .where('name', '=', name)
    .where('next_run_at', '=', seen)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}
