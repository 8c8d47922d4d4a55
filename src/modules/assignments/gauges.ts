import type { Kysely } from 'kysely'
import { gauge, type Metrics } from '#platform/metrics/metrics.ts'
import { createSample } from '#platform/metrics/sample.ts'
import type { Database } from '../../database.ts'
import { submissionsWaiting, submissionsWaitingOldest } from './metrics.ts'

/** Gauges of what waits for graders, read at a scrape, but at most once a minute. */
export function observeAssignments({
  db,
  metrics,
  now,
}: {
  readonly db: Kysely<Database>
  readonly metrics: Metrics
  readonly now: () => Date
}): void {
  const backlog = createSample({
    read: () => selectBacklog(db),
    initial: { count: 0, oldest: null },
    freshSeconds: 60,
  })
  gauge(metrics, submissionsWaiting, async (set) => set({}, (await backlog()).count))
  gauge(metrics, submissionsWaitingOldest, async (set) => {
    const { oldest } = await backlog()
    set({}, oldest === null ? 0 : Math.max(0, (now().getTime() - Date.parse(oldest)) / 1000))
  })
}

async function selectBacklog(db: Kysely<Database>): Promise<{ count: number; oldest: string | null }> {
  return db
    .selectFrom('submission')
    .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.min<string | null>('submitted_at').as('oldest')])
    .where('is_waiting', '=', true)
    .executeTakeFirstOrThrow()
}
