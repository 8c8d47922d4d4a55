import type { Kysely } from 'kysely'
import { atMostEvery } from '#platform/log/at-most-every.ts'
import type { Log } from '#platform/log/log.ts'
import type { Execution } from './execution.ts'
import { claimDueJobs } from './queries.ts'
import type { JobRegistry } from './registry.ts'
import type { JobsDatabase } from './tables.ts'
import { createWakeUp } from './wake-up.ts'

export interface InlineRunnerDeps {
  readonly db: Kysely<JobsDatabase>
  readonly jobs: JobRegistry
  readonly execution: Execution
  readonly log: Log
  readonly now: () => Date
  /** Jobs that run at the same time. */
  readonly concurrency: number
}

const POLL_MS = 1000

/**
 * Runs due jobs in this process: right after the commit that enqueued them, and by looking every second. Several
 * processes may do so on one PostgreSQL. `stop` resolves when no more job is claimed; then stop the execution.
 */
export function startInlineRunner({ db, jobs, execution, log, now, concurrency }: InlineRunnerDeps) {
  const warn = atMostEvery(30, (error: unknown) => log.warn({ err: error }, 'jobs cannot be claimed; they wait'))
  const wakeUp = createWakeUp()
  let isStopping = false
  const ended = loop()

  async function loop(): Promise<void> {
    while (!isStopping) {
      const free = concurrency - execution.count()
      const started = free > 0 && jobs.names.length > 0 ? await claimAndStart(free) : 0
      // A full batch hints at more; a job that ends frees a place and wakes us.
      if (started < free || started === 0) await wakeUp.wait(POLL_MS)
    }
  }

  async function claimAndStart(free: number): Promise<number> {
    try {
      const claimed = await claimDueJobs(db, jobs.names, free, now().toISOString(), execution.leaseEnd())
      for (const job of claimed) void execution.run(job).then(wakeUp.end)
      return claimed.length
    } catch (error) {
      warn(error)
      return 0
    }
  }

  return {
    async stop(): Promise<void> {
      isStopping = true
      wakeUp.end()
      await ended
      wakeUp.close()
    },
  }
}
