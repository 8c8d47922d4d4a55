import type { Kysely } from 'kysely'
import { gauge, type Metrics } from '#platform/metrics/metrics.ts'
import { createSample } from '#platform/metrics/sample.ts'
import { type JobBacklog, selectBacklog, sumBacklogs } from './backlog.ts'
import { jobsDead, jobsWaiting, oldestDeadSeconds, oldestWaitingSeconds, UNKNOWN_JOB } from './metrics.ts'
import type { JobsDatabase } from './tables.ts'

const FRESH_SECONDS = 5

/**
 * Gauges of what waits in the database, read at a scrape, but at most every few seconds. While the database is away
 * they keep their last values.
 */
export function observeBacklog({
  db,
  metrics,
  names,
  now,
}: {
  readonly db: Kysely<JobsDatabase>
  readonly metrics: Metrics
  readonly names: readonly string[]
  readonly now: () => Date
}): void {
  const backlog = createSample<ReadonlyMap<string, JobBacklog>>({
    read: async () => byKnownName(await selectBacklog(db, now().toISOString()), names),
    initial: new Map(),
    freshSeconds: FRESH_SECONDS,
  })

  function observe(definition: typeof jobsWaiting, read: (one: JobBacklog) => number): void {
    gauge(metrics, definition, async (set) => {
      const rows = await backlog()
      for (const job of [...names, UNKNOWN_JOB]) {
        const one = rows.get(job)
        set({ job_name: job }, one ? read(one) : 0)
      }
    })
  }

  const age = (since: string | null) => (since === null ? 0 : Math.max(0, (now().getTime() - Date.parse(since)) / 1000))
  observe(jobsWaiting, (one) => one.waiting)
  observe(oldestWaitingSeconds, (one) => age(one.oldestDue))
  observe(jobsDead, (one) => one.dead)
  observe(oldestDeadSeconds, (one) => age(one.oldestDeath))
}

/** All names that this release does not know become one. */
function byKnownName(rows: readonly JobBacklog[], names: readonly string[]): Map<string, JobBacklog> {
  const known = rows.filter((row) => names.includes(row.name))
  const unknown = rows.filter((row) => !names.includes(row.name))
  return new Map([...known, sumBacklogs(UNKNOWN_JOB, unknown)].map((row) => [row.name, row]))
}
