import type { ExpressionBuilder, Kysely } from 'kysely'
import { type JobsDatabase, jobTables } from './tables.ts'

/** What operators do with jobs, from outside of the processes that run them. */

export interface JobSummary {
  readonly id: string
  readonly name: string
  readonly state: 'waiting' | 'running' | 'dead'
  readonly attempts: number
  readonly run_at: string
  readonly died_at: string | null
  readonly last_error: string | null
}

/** Which jobs: those that fit everything given. */
export interface JobSelection {
  readonly ids?: readonly string[] | undefined
  readonly state?: JobSummary['state'] | undefined
  readonly name?: string | undefined
}

/** The selected unfinished jobs, oldest first, and how many there are in all. */
export async function listJobs<DB extends JobsDatabase>(
  db: Kysely<DB>,
  selection: JobSelection,
  limit: number,
): Promise<{ jobs: JobSummary[]; total: number }> {
  const selected = jobTables(db).selectFrom('job').where(isSelected(selection))
  const { total } = await selected.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  const jobs = await selected
    .select(['id', 'name', 'state', 'attempts', 'run_at', 'died_at', 'last_error'])
    .orderBy('enqueued_at')
    .orderBy('id')
    .limit(limit)
    .execute()
  return { jobs, total }
}

/** Gives the selected dead jobs all their attempts again, from `now`. Returns their ids. */
export async function retryDeadJobs<DB extends JobsDatabase>(
  db: Kysely<DB>,
  selection: JobSelection,
  now: Date,
): Promise<string[]> {
  const at = now.toISOString()
  const retried = await jobTables(db)
    .updateTable('job')
    .set({ state: 'waiting', attempts: 0, run_at: at, available_at: at, died_at: null })
    .where(isSelected({ ...selection, state: 'dead' }))
    .returning('id')
    .execute()
  return retried.map((job) => job.id)
}

/** Deletes the selected dead jobs for good. Returns their ids. */
export async function discardDeadJobs<DB extends JobsDatabase>(
  db: Kysely<DB>,
  selection: JobSelection,
): Promise<string[]> {
  const discarded = await jobTables(db)
    .deleteFrom('job')
    .where(isSelected({ ...selection, state: 'dead' }))
    .returning('id')
    .execute()
  return discarded.map((job) => job.id)
}

function isSelected({ ids, state, name }: JobSelection) {
  return (eb: ExpressionBuilder<JobsDatabase, 'job'>) =>
    eb.and([
      ...(ids ? [eb('id', 'in', ids)] : []),
      ...(state ? [eb('state', '=', state)] : []),
      ...(name ? [eb('name', '=', name)] : []),
    ])
}
