import type { TestContext } from 'node:test'
import type { Kysely } from 'kysely'
import { noErrorTracker } from '#platform/error-tracking/error-tracker.ts'
import type { JobHandler } from '#platform/jobs/job.ts'
import { createJobMetrics } from '#platform/jobs/job-metrics.ts'
import type { RecurringJob } from '#platform/jobs/recurring.ts'
import { createJobRegistry } from '#platform/jobs/registry.ts'
import { type RunningJobs, startJobs } from '#platform/jobs/start-jobs.ts'
import { announceJobs } from '#platform/jobs/wake-up.ts'
import { createLog } from '#platform/log/log.ts'
import { createMetrics, type Metrics } from '#platform/metrics/metrics.ts'
import type { Database } from '../../src/database.ts'
import { createClock, type TestClock } from './clock.ts'
import { createTestDatabase } from './test-database.ts'

/** The job system without the product: a database of its own, handlers of the test, and as many runners as it needs. */
export interface JobLab {
  readonly db: Kysely<Database>
  readonly url: string
  readonly clock: TestClock
  /** Moves the clock and lets the runners see it now. */
  advance: TestClock['advance']
  /** Starts what one process in embedded mode has. Stopped with the test. */
  start(options: LabProcessOptions): Promise<RunningJobs & { readonly metrics: Metrics }>
  /** Calls `react` at every further statement. */
  onQuery(react: () => void): void
  rows(): Promise<{ name: string; state: string; attempts: number; last_error: string | null }[]>
  logText(): string
}

export interface LabProcessOptions {
  readonly handlers: readonly JobHandler[]
  readonly recurring?: readonly RecurringJob[]
  /** Default: 4. */
  readonly concurrency?: number
  /** Default: 30. */
  readonly leaseSeconds?: number
  /** Default: none; the jobs run in process. */
  readonly redis?: { readonly url: string; readonly prefix: string }
  /** Default: true. False: only hands over. */
  readonly runs?: boolean
}

export async function createJobLab(t: TestContext): Promise<JobLab> {
  const onQuery: (() => void)[] = []
  const database = await createTestDatabase(() => {
    for (const react of onQuery) react()
  })
  const clock = createClock()
  const logged: string[] = []
  const log = createLog({ level: 'debug', format: 'json' }, { write: (line: string) => void logged.push(line) })
  const running: RunningJobs[] = []
  t.after(async () => {
    await Promise.all(running.map((one) => one.stop(0)))
    await database.drop()
  })
  return {
    db: database.db,
    get url() {
      return database.url
    },
    clock,
    advance(time) {
      clock.advance(time)
      announceJobs()
    },
    async start({ handlers, recurring = [], concurrency = 4, leaseSeconds = 30, redis = null, runs = true }) {
      const metrics = createMetrics()
      const jobs = createJobRegistry({ jobs: handlers.map((handler) => handler.job), handlers, recurring })
      const one = await startJobs(
        {
          db: database.db,
          jobs,
          log,
          errors: noErrorTracker,
          metrics: createJobMetrics({ db: database.db, metrics, jobs, now: clock.now }),
          now: clock.now,
          settings: { concurrency, leaseSeconds, redis },
        },
        { runs },
      )
      running.push(one)
      return { ...one, metrics }
    },
    onQuery: (react) => void onQuery.push(react),
    rows: () =>
      database.db
        .selectFrom('job')
        .select(['name', 'state', 'attempts', 'last_error'])
        .orderBy('enqueued_at')
        .orderBy('id')
        .execute(),
    logText: () => logged.join(''),
  }
}
