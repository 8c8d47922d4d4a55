import { counter, gauge, histogram, type Metrics } from '#platform/metrics/metrics.ts'
import { jobFailuresTotal, jobsRunning, runSeconds } from './metrics.ts'

export interface RunMetrics {
  began(job: string): void
  ended(job: string, seconds: number): void
  failed(job: string, outcome: 'retried' | 'dead'): void
}

/** What this process does with jobs; every series starts at zero. */
export function createRunMetrics(metrics: Metrics, names: readonly string[]): RunMetrics {
  const series = names.map((job) => ({ job }))
  const observeRun = histogram(metrics, runSeconds, series)
  const countFailure = counter(
    metrics,
    jobFailuresTotal,
    series.flatMap(({ job }) => jobFailuresTotal.labels.outcome.map((outcome) => ({ job, outcome }))),
  )
  const setRunning = gauge(metrics, jobsRunning)
  const running = new Map(names.map((job) => [job, 0]))
  const change = (job: string, by: number) => {
    const count = (running.get(job) ?? 0) + by
    running.set(job, count)
    setRunning({ job }, count)
  }
  for (const job of names) change(job, 0)

  return {
    began: (job) => change(job, 1),
    ended(job, seconds) {
      change(job, -1)
      observeRun({ job }, seconds)
    },
    failed: (job, outcome) => countFailure({ job, outcome }),
  }
}
