import type { Kysely } from 'kysely'
import type { Log } from '#platform/log/log.ts'
import type { Metrics } from '#platform/metrics/metrics.ts'
import { createExecution } from './execution.ts'
import { startInlineRunner } from './inline-runner.ts'
import type { JobRegistry } from './registry.ts'
import { createRunMetrics } from './run-metrics.ts'
import { type JobsDatabase, jobTables } from './tables.ts'

export interface JobsDeps<DB extends JobsDatabase> {
  readonly db: Kysely<DB>
  readonly jobs: JobRegistry
  readonly log: Log
  readonly metrics: Metrics
  readonly now: () => Date
  /** Jobs this process runs at the same time. */
  readonly concurrency: number
  /** How long a job stays with a process that died before another one takes it. */
  readonly leaseSeconds: number
}

export interface RunningJobs {
  /**
   * Takes no more jobs and waits for those that run; what still runs after `timeoutSeconds` is aborted and given back,
   * so that another process takes it at once.
   */
  stop(timeoutSeconds: number): Promise<void>
}

/** Embedded mode: this process runs the jobs itself. */
export function startInlineJobs<DB extends JobsDatabase>(deps: JobsDeps<DB>): RunningJobs {
  const { jobs, log, now, concurrency } = deps
  const db = jobTables(deps.db)
  const execution = createExecution({ ...deps, db, metrics: createRunMetrics(deps.metrics, jobs.names) })
  const runner = startInlineRunner({ db, jobs, execution, log, now, concurrency })
  return {
    async stop(timeoutSeconds) {
      await runner.stop()
      await execution.stop(timeoutSeconds)
    },
  }
}
