import type { Kysely } from 'kysely'
import type { ErrorTracker } from '#platform/error-tracking/error-tracker.ts'
import { createExecution } from '#platform/jobs/execution.ts'
import type { JobMetrics } from '#platform/jobs/job-metrics.ts'
import { claimDueJobs } from '#platform/jobs/queries.ts'
import type { JobRegistry } from '#platform/jobs/registry.ts'
import { type JobsDatabase, jobTables } from '#platform/jobs/tables.ts'
import type { Log } from '#platform/log/log.ts'

export interface JobDrainDeps<DB extends JobsDatabase> {
  readonly db: Kysely<DB>
  readonly jobs: JobRegistry
  readonly log: Log
  readonly errors: ErrorTracker
  readonly jobMetrics: JobMetrics
  readonly now: () => Date
}

const LEASE_SECONDS = 60

/** The production runner without its clockwork: claims and runs one due job after the other until none is left. */
export function createJobDrain<DB extends JobsDatabase>(deps: JobDrainDeps<DB>): () => Promise<string[]> {
  const db = jobTables(deps.db)
  const { jobs, now } = deps
  const execution = createExecution({ ...deps, db, metrics: deps.jobMetrics, leaseSeconds: LEASE_SECONDS })
  return async function runJobs() {
    const names: string[] = []
    while (jobs.names.length > 0) {
      const [job] = await claimDueJobs(db, jobs.names, 1, now().toISOString(), execution.leaseEnd())
      if (!job) break
      names.push(job.name)
      const result = await execution.run(job)
      if (result.outcome === 'done') continue
      throw new Error(
        `The job ${job.name} ended as ${result.outcome}.`,
        'error' in result ? { cause: result.error } : {},
      )
    }
    return names
  }
}
