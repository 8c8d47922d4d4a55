import type { Kysely } from 'kysely'
import { gauge, type Metrics } from '#platform/metrics/metrics.ts'
import { createSample } from '#platform/metrics/sample.ts'
import type { Database } from '../../database.ts'
import { attemptsAwaitingGrading, attemptsOpen, gradingOldestSeconds, sweepLagSeconds } from './metrics.ts'

const FRESH_SECONDS = 15

/** Gauges of attempts, read at a scrape, but not at every one. */
export function observeQuizzes({
  db,
  metrics,
  now,
}: {
  readonly db: Kysely<Database>
  readonly metrics: Metrics
  readonly now: () => Date
}): void {
  const age = (since: string | null) => (since === null ? 0 : Math.max(0, (now().getTime() - Date.parse(since)) / 1000))
  const open = createSample({
    read: () => selectBacklog(db, 'open', 'accepted_until'),
    initial: { count: 0, oldest: null },
    freshSeconds: FRESH_SECONDS,
  })
  const awaiting = createSample({
    read: () => selectBacklog(db, 'awaiting-grading', 'submitted_at'),
    initial: { count: 0, oldest: null },
    freshSeconds: FRESH_SECONDS,
  })
  gauge(metrics, attemptsOpen, async (set) => set({}, (await open()).count))
  gauge(metrics, sweepLagSeconds, async (set) => set({}, age((await open()).oldest)))
  gauge(metrics, attemptsAwaitingGrading, async (set) => set({}, (await awaiting()).count))
  gauge(metrics, gradingOldestSeconds, async (set) => set({}, age((await awaiting()).oldest)))
}

function selectBacklog(
  db: Kysely<Database>,
  status: 'open' | 'awaiting-grading',
  since: 'accepted_until' | 'submitted_at',
): Promise<{ count: number; oldest: string | null }> {
  return db
    .selectFrom('attempt')
    .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.min(since).as('oldest')])
    .where('status', '=', status)
    .executeTakeFirstOrThrow()
}
