import { defineCounter, defineGauge, defineHistogram } from '#platform/metrics/metrics.ts'

// Prometheus' own label for where a series was scraped is `job`; ours would be renamed there.
/** The `job_name` of a name that this release does not know: one series, whatever a newer release wrote. */
export const UNKNOWN_JOB = 'unknown'

export const jobsWaiting = defineGauge({
  name: 'lms_jobs_waiting',
  help: 'Jobs that are due and that nobody runs; from 10000 on no longer counted. The same in every process: take the maximum.',
  labels: { job_name: [] },
})

export const oldestWaitingSeconds = defineGauge({
  name: 'lms_jobs_oldest_waiting_age_seconds',
  help: 'How long the oldest waiting job has been due; 0 when none waits. The same in every process.',
  labels: { job_name: [] },
})

export const jobsDead = defineGauge({
  name: 'lms_jobs_dead',
  help: 'Jobs whose last attempt failed, until an operator retries or discards them; counted to 10000. The same in every process.',
  labels: { job_name: [] },
})

export const oldestDeadSeconds = defineGauge({
  name: 'lms_jobs_oldest_dead_age_seconds',
  help: 'How long ago the oldest dead job died; 0 when none is dead. The same in every process.',
  labels: { job_name: [] },
})

export const jobsRunning = defineGauge({
  name: 'lms_jobs_running',
  help: 'Jobs that this process runs now.',
  labels: { job_name: [] },
})

export const runSeconds = defineHistogram({
  name: 'lms_job_run_duration_seconds',
  help: 'Time of one run of a job, failed runs included.',
  labels: { job_name: [] },
  buckets: [0.005, 0.025, 0.1, 0.5, 1, 5, 15, 60, 300],
})

export const jobFailuresTotal = defineCounter({
  name: 'lms_job_failures_total',
  help: 'Runs that failed, by what became of the job.',
  labels: { job_name: [], outcome: ['retried', 'dead'] },
})

export const jobsHandedOverTotal = defineCounter({
  name: 'lms_jobs_handed_over_total',
  help: 'Jobs this process handed to Redis; one that no worker began in time counts again.',
  labels: { job_name: [] },
})
