import type { Kysely } from 'kysely'
import { inTransaction } from '#platform/database/transaction.ts'
import { atMostEvery } from '#platform/log/at-most-every.ts'
import type { Log } from '#platform/log/log.ts'
import { enqueue } from './outbox.ts'
import { insertRecurringJob, moveRecurringJob, selectRecurringJobs } from './queries.ts'
import { nextDue, type RecurringJob } from './recurring.ts'
import type { JobRegistry } from './registry.ts'
import type { JobsDatabase } from './tables.ts'
import { createPause } from './wake-up.ts'

export interface RecurrenceDeps {
  readonly db: Kysely<JobsDatabase>
  readonly jobs: JobRegistry
  readonly log: Log
  readonly now: () => Date
}

/** Another process may have moved a job, or the clock may have jumped: the longest time without a look. */
const LOOK_MS = 30_000

/** Enqueues recurring jobs when they are due. Any number of processes may do so. */
export function startRecurrence({ db, jobs, log, now }: RecurrenceDeps) {
  const warn = atMostEvery(30, (error: unknown) => log.warn({ err: error }, 'recurring jobs cannot be enqueued'))
  const pause = createPause()
  let isStopping = false
  const ended = loop()

  async function loop(): Promise<void> {
    while (!isStopping && jobs.recurring.length > 0) {
      const next = await enqueueDueRecurring(db, jobs.recurring, now()).catch((error) => {
        warn(error)
        return now().getTime() + 1000
      })
      await pause.wait(Math.min(LOOK_MS, Math.max(0, next - now().getTime())))
    }
  }

  return {
    async stop(): Promise<void> {
      isStopping = true
      pause.end()
      await ended
    },
  }
}

/**
 * Enqueues each recurring job that is due, once per period: whoever moves its row on is the one to enqueue it. Returns
 * when the next one is due, in milliseconds since 1970.
 */
export async function enqueueDueRecurring(
  db: Kysely<JobsDatabase>,
  recurring: readonly RecurringJob[],
  now: Date,
): Promise<number> {
  const planned = new Map((await selectRecurringJobs(db)).map((row) => [row.name, row.next_run_at]))
  let soonest = Number.POSITIVE_INFINITY
  for (const one of recurring) {
    const next = await advance(db, one, planned.get(one.job.name), now)
    soonest = Math.min(soonest, next.getTime())
  }
  return soonest
}

async function advance(
  db: Kysely<JobsDatabase>,
  { job, schedule, payload }: RecurringJob,
  planned: string | undefined,
  now: Date,
): Promise<Date> {
  const fromNow = nextDue(schedule, now)
  if (planned === undefined) {
    await insertRecurringJob(db, job.name, fromNow.toISOString())
    return fromNow
  }
  const due = new Date(planned)
  if (due > now) {
    if (due <= fromNow) return due
    // The schedule has become shorter since.
    await moveRecurringJob(db, job.name, planned, fromNow.toISOString())
    return fromNow
  }
  const next = nextDue(schedule, now, due)
  await inTransaction(db, async (tx) => {
    if (await moveRecurringJob(tx, job.name, planned, next.toISOString())) await enqueue(tx, job, payload, now)
  })
  return next
}
