import { Worker } from 'bullmq'
import type { Kysely } from 'kysely'
import { connectWaiting } from '#platform/ephemeral/redis-connection.ts'
import { atMostEvery } from '#platform/log/at-most-every.ts'
import type { Log } from '#platform/log/log.ts'
import { settledWithin } from '#platform/time/settled-within.ts'
import type { Execution } from './execution.ts'
import { type Notice, QUEUE, queuePrefix } from './notice.ts'
import { claimNoticedJob } from './queries.ts'
import type { JobRegistry } from './registry.ts'
import type { JobsDatabase } from './tables.ts'

export interface WorkerDeps {
  readonly db: Kysely<JobsDatabase>
  readonly jobs: JobRegistry
  readonly execution: Execution
  readonly log: Log
  readonly redisUrl: string
  readonly redisPrefix: string
  readonly concurrency: number
  readonly leaseSeconds: number
}

/** A worker that cannot say goodbye to Redis is cut off: what it did is recorded in the database. */
const CLOSE_MS = 3000

/** Runs the jobs that relays hand to Redis. Survives a Redis that goes away, and takes up where it was. */
export function startWorker(deps: WorkerDeps) {
  const { db, jobs, execution, log, redisUrl, redisPrefix, concurrency, leaseSeconds } = deps
  let hasStopped = false
  const redis = connectWaiting(redisUrl)
  const worker = new Worker<Notice>(QUEUE, ({ name, data }) => runNoticed(name, data), {
    connection: redis,
    prefix: queuePrefix(redisPrefix),
    concurrency,
    lockDuration: leaseSeconds * 1000,
    stalledInterval: leaseSeconds * 1000,
    // The default of 15 s would be the time without work after each interruption of Redis.
    runRetryDelay: 1000,
  })
  const warn = atMostEvery(30, (error: Error) => log.warn({ err: error }, 'the worker has trouble with Redis'))
  worker.on('error', warn)
  redis.on('error', warn)

  /** What it leaves unclaimed is handed over again. */
  async function runNoticed(name: string, notice: Notice): Promise<void> {
    // A name from a newer release is left to its workers.
    if (hasStopped || !jobs.handlerOf(name)) return
    try {
      const job = await claimNoticedJob(db, notice, execution.leaseEnd())
      if (job) await execution.run(job)
    } catch (error) {
      log.warn({ err: error, jobId: notice.id, job: name }, 'a job cannot be claimed')
    }
  }

  return {
    /** Takes no more jobs, and closes when `jobsEnd` has resolved. */
    async stop(jobsEnd: () => Promise<void>): Promise<void> {
      await worker.pause(true)
      await jobsEnd()
      hasStopped = true
      // In good order it tells Redis what it has done, which takes for ever while Redis is away.
      await settledWithin(worker.close(redis.status !== 'ready'), CLOSE_MS)
      redis.disconnect()
    },
  }
}
