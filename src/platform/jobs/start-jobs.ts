import type { Kysely } from 'kysely'
import type { ErrorTracker } from '#platform/error-tracking/error-tracker.ts'
import { atMostEvery } from '#platform/log/at-most-every.ts'
import type { Log } from '#platform/log/log.ts'
import { createExecution } from './execution.ts'
import { startInlineRunner } from './inline-runner.ts'
import type { JobMetrics } from './job-metrics.ts'
import { startRecurrence } from './recurrence.ts'
import type { JobRegistry } from './registry.ts'
import { type JobsDatabase, jobTables } from './tables.ts'

export interface JobsDeps<DB extends JobsDatabase> {
  readonly db: Kysely<DB>
  readonly jobs: JobRegistry
  readonly log: Log
  readonly errors: ErrorTracker
  readonly metrics: JobMetrics
  readonly now: () => Date
  readonly settings: JobSettings
}

export interface JobSettings {
  /** Jobs this process runs at the same time. */
  readonly concurrency: number
  /** How long a job stays with a process that died, or in a Redis that lost it, before it is taken up again. */
  readonly leaseSeconds: number
  /** Where workers get their jobs; null: the jobs of this process run in it. */
  readonly redis: { readonly url: string; readonly prefix: string } | null
}

export interface RunningJobs {
  /**
   * Takes no more jobs and waits for those that run; what still runs after `timeoutSeconds` is aborted and given back,
   * so that another process takes it at once.
   */
  stop(timeoutSeconds: number): Promise<void>
}

/** `runs`: this process does the work of jobs; otherwise it only hands them to those that do, through Redis. */
export async function startJobs<DB extends JobsDatabase>(
  { db: database, ...deps }: JobsDeps<DB>,
  { runs }: { runs: boolean },
): Promise<RunningJobs> {
  const common = { ...deps, db: jobTables(database) }
  const { redis } = deps.settings
  if (redis === null) return startInline(common)
  const parts = [await startHandingOver(common, redis), ...(runs ? [await startWorking(common, redis)] : [])]
  return { stop: async (timeoutSeconds) => void (await Promise.all(parts.map((part) => part.stop(timeoutSeconds)))) }
}

type Common = Omit<JobsDeps<JobsDatabase>, 'db'> & { readonly db: Kysely<JobsDatabase> }
type Redis = NonNullable<JobSettings['redis']>

function startInline(common: Common): RunningJobs {
  const execution = createExecution({ ...common, ...common.settings })
  const runner = startInlineRunner({ ...common, execution, concurrency: common.settings.concurrency })
  const recurrence = startRecurrence(common)
  return {
    async stop(timeoutSeconds) {
      await Promise.all([recurrence.stop(), runner.stop()])
      await execution.stop(timeoutSeconds)
    },
  }
}

async function startHandingOver(common: Common, redis: Redis): Promise<RunningJobs> {
  // BullMQ takes 100 ms to load, which embedded mode need not wait for.
  const [{ openJobQueue }, { startRelay }] = await Promise.all([import('./job-queue.ts'), import('./relay.ts')])
  const onConnectionError = atMostEvery(30, (error: Error) =>
    common.log.warn({ err: error }, 'the relay does not reach Redis'),
  )
  const queue = openJobQueue({ redisUrl: redis.url, redisPrefix: redis.prefix, onConnectionError })
  const relay = startRelay({ ...common, queue, handOverSeconds: common.settings.leaseSeconds })
  return {
    async stop() {
      await relay.stop()
      await queue.close()
    },
  }
}

async function startWorking(common: Common, redis: Redis): Promise<RunningJobs> {
  const { startWorker } = await import('./worker.ts')
  const execution = createExecution({ ...common, ...common.settings })
  const worker = startWorker({
    ...common,
    ...common.settings,
    execution,
    redisUrl: redis.url,
    redisPrefix: redis.prefix,
  })
  const recurrence = startRecurrence(common)
  return {
    async stop(timeoutSeconds) {
      await recurrence.stop()
      await worker.stop(() => execution.stop(timeoutSeconds))
    },
  }
}
