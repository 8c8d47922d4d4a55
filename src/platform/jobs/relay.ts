import type { Kysely } from 'kysely'
import { atMostEvery } from '#platform/log/at-most-every.ts'
import type { Log } from '#platform/log/log.ts'
import type { JobMetrics } from './job-metrics.ts'
import type { JobQueue } from './job-queue.ts'
import { type HandedOver, handOverDueJobs, takeBackJobs } from './queries.ts'
import type { JobRegistry } from './registry.ts'
import type { JobsDatabase } from './tables.ts'
import { createWakeUp } from './wake-up.ts'

export interface RelayDeps {
  readonly db: Kysely<JobsDatabase>
  readonly jobs: JobRegistry
  readonly queue: JobQueue
  readonly log: Log
  readonly metrics: JobMetrics
  readonly now: () => Date
  /** A job that no worker has begun after this time is handed over again. */
  readonly handOverSeconds: number
}

const POLL_MS = 1000
const BATCH = 100
/** More than this waits in the database, not in Redis: a lost Redis then holds up few jobs, for one hand-over's time. */
const WAITING_MAX = 1000

/**
 * Hands due jobs to Redis, right after the commit that enqueued them in this process and by looking every second. Any
 * number may run: a job handed over twice is one entry in Redis, and is claimed once.
 */
export function startRelay({ db, jobs, queue, log, metrics, now, handOverSeconds }: RelayDeps) {
  const warn = atMostEvery(30, (error: unknown) =>
    log.warn({ err: error }, 'jobs cannot be handed to Redis; they wait'),
  )
  const wakeUp = createWakeUp()
  let isStopping = false
  const ended = loop()

  async function loop(): Promise<void> {
    while (!isStopping) {
      const handedOver = await handOver().catch((error) => {
        warn(error)
        return 0
      })
      if (handedOver < BATCH) await wakeUp.wait(POLL_MS)
    }
  }

  async function handOver(): Promise<number> {
    if (jobs.names.length === 0) return 0
    // Asked first, so that a Redis that is away is noticed before any row is touched.
    const free = WAITING_MAX - (await queue.waitingCount())
    if (free <= 0) return 0
    const due = await handOverDueJobs(db, jobs.names, Math.min(BATCH, free), timestamp(0), timestamp(handOverSeconds))
    if (due.length === 0) return 0
    await addOrTakeBack(due)
    for (const { name } of due) metrics.handedOver(name)
    return due.length
  }

  async function addOrTakeBack(due: readonly HandedOver[]): Promise<void> {
    try {
      await queue.add(due)
    } catch (error) {
      await takeBackJobs(
        db,
        due.map((job) => job.id),
        timestamp(0),
      ).catch(() => {})
      throw error
    }
  }

  function timestamp(secondsFromNow: number): string {
    return new Date(now().getTime() + secondsFromNow * 1000).toISOString()
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
