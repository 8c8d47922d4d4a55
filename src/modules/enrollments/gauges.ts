import type { Kysely } from 'kysely'
import { gauge, type Metrics } from '#platform/metrics/metrics.ts'
import { createSample } from '#platform/metrics/sample.ts'
import type { Database } from '../../database.ts'
import { enrollmentsActive } from './metrics.ts'

/** Gauges of what is stored about enrollments, read at a scrape, but at most once a minute. */
export function observeEnrollments({
  db,
  metrics,
  now,
}: {
  readonly db: Kysely<Database>
  readonly metrics: Metrics
  readonly now: () => Date
}): void {
  const countActive = createSample({
    read: () => countAllActive(db, now().toISOString()),
    initial: 0,
    freshSeconds: 60,
  })
  gauge(metrics, enrollmentsActive, async (set) => set({}, await countActive()))
}

async function countAllActive(db: Kysely<Database>, at: string): Promise<number> {
  const { count } = await db
    .selectFrom('enrollment')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('status', '=', 'active')
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', at)]))
    .executeTakeFirstOrThrow()
  return count
}
