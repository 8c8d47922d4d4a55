import type { Kysely } from 'kysely'
import { gauge, type Metrics } from '#platform/metrics/metrics.ts'
import { jobsDead, jobsWaiting, oldestDeadSeconds, oldestWaitingSeconds, UNKNOWN_JOB } from './metrics.ts'
import { type JobBacklog, selectBacklog } from './queries.ts'
import { settledWithin } from './settled-within.ts'
import type { JobsDatabase } from './tables.ts'

const FRESH_MS = 5000
/** A query that has become slow, on a long backlog, may take at most this part of the time. */
const SHARE_OF_TIME = 0.02
const ANSWER_MS = 1000

/**
 * Gauges of what waits in the database, read at a scrape, but at most every few seconds. While the database is away
 * they keep their last values, and the scrape is answered all the same.
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
  let backlog = new Map<string, JobBacklog>()
  let freshUntil = 0
  let reading: Promise<void> | undefined

  async function query(): Promise<void> {
    const started = performance.now()
    try {
      backlog = new Map(byKnownName(await selectBacklog(db, now().toISOString()), names))
    } finally {
      const ended = performance.now()
      freshUntil = ended + Math.max(FRESH_MS, (ended - started) / SHARE_OF_TIME)
      reading = undefined
    }
  }

  async function refresh(): Promise<void> {
    if (performance.now() < freshUntil) return
    reading ??= query()
    await settledWithin(reading, ANSWER_MS)
  }

  function observe(definition: typeof jobsWaiting, read: (one: JobBacklog) => number): void {
    gauge(metrics, definition, async (set) => {
      await refresh()
      for (const job of [...names, UNKNOWN_JOB]) {
        const one = backlog.get(job)
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
