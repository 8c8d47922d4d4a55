import type { Kysely } from 'kysely'
import { counter, gauge, histogram, type Metrics } from '#platform/metrics/metrics.ts'
import { observeBacklog } from './backlog-metrics.ts'
import { jobFailuresTotal, jobsHandedOverTotal, jobsRunning, runSeconds } from './metrics.ts'
import type { JobRegistry } from './registry.ts'
import { type JobsDatabase, jobTables } from './tables.ts'

/** What this process does with jobs. */
export interface JobMetrics {
  began(job: string): void
  ended(job: string, seconds: number): void
  failed(job: string, outcome: 'retried' | 'dead'): void
  handedOver(job: string): void
}

/** Registers every metric of jobs, each series at zero, in every role: also where it then stays there. */
export function createJobMetrics<DB extends JobsDatabase>({
  db,
  metrics,
  jobs: { names },
  now,
}: {
  readonly db: Kysely<DB>
  readonly metrics: Metrics
  readonly jobs: JobRegistry
  readonly now: () => Date
}): JobMetrics {
  observeBacklog({ db: jobTables(db), metrics, names, now })
  const series = names.map((name) => ({ job_name: name }))
  const observeRun = histogram(metrics, runSeconds, series)
  const countHandedOver = counter(metrics, jobsHandedOverTotal, series)
  const countFailure = counter(
    metrics,
    jobFailuresTotal,
    series.flatMap((one) => jobFailuresTotal.labels.outcome.map((outcome) => ({ ...one, outcome }))),
  )
  const setRunning = gauge(metrics, jobsRunning)
  const running = new Map<string, number>()
  const changeRunning = (job: string, by: number) => {
    const count = (running.get(job) ?? 0) + by
    running.set(job, count)
    setRunning({ job_name: job }, count)
  }
  for (const job of names) changeRunning(job, 0)

  return {
    began: (job) => changeRunning(job, 1),
    ended(job, seconds) {
      changeRunning(job, -1)
      observeRun({ job_name: job }, seconds)
    },
    failed: (job, outcome) => countFailure({ job_name: job, outcome }),
    handedOver: (job) => countHandedOver({ job_name: job }),
  }
}
