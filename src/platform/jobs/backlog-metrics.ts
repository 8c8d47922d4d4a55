import type { Kysely } from 'kysely'
import { gauge, type Metrics } from '#platform/metrics/metrics.ts'
import { createSample } from '#platform/metrics/sample.ts'
import { jobsDead, jobsWaiting, oldestDeadSeconds, oldestWaitingSeconds, UNKNOWN_JOB } from './metrics.ts'
import { type JobBacklog, selectBacklog } from './queries.ts'
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
    read: async () => new Map(byKnownName(await selectBacklog(db, now().toISOString()), names)),
    initial: new Map(),
    freshSeconds: FRESH_SECONDS,
  })

  function observe(definition: typeof jobsWaiting, read: (one: JobBacklog) => number): void {
    gauge(metrics, definition, async (set) => {
      const rows = await backlog()
      for (const job of [...names, UNKNOWN_JOB]) {
        const one = rows.get(job)
        set({ job }, one ? read(one) : 0)
      }
    })
  }

  const age = (since: string | null) => (since === null ? 0 : Math.max(0, (now().getTime() - Date.parse(since)) / 1000))
  observe(jobsWaiting, (one) => one.waiting)
  observe(oldestWaitingSeconds, (one) => age(one.oldest_due))
  observe(jobsDead, (one) => one.dead)
  observe(oldestDeadSeconds, (one) => age(one.oldest_death))
}

/** All names that this release does not know become one. */
function byKnownName(rows: readonly JobBacklog[], names: readonly string[]): [string, JobBacklog][] {
  const known = rows.filter((row) => names.includes(row.name)).map((row) => [row.name, row] as [string, JobBacklog])
  const unknown = rows.filter((row) => !names.includes(row.name))
  if (unknown.length === 0) return known
  const sum: JobBacklog = {
    name: UNKNOWN_JOB,
    waiting: unknown.reduce((total, row) => total + row.waiting, 0),
    oldest_due: earliest(unknown.map((row) => row.oldest_due)),
    dead: unknown.reduce((total, row) => total + row.dead, 0),
    oldest_death: earliest(unknown.map((row) => row.oldest_death)),
  }
  return [...known, [UNKNOWN_JOB, sum]]
}

function earliest(times: readonly (string | null)[]): string | null {
  return times.filter((time) => time !== null).sort()[0] ?? null
}
