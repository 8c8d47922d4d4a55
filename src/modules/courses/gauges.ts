import type { Kysely } from 'kysely'
import { gauge, type Metrics } from '#platform/metrics/metrics.ts'
import { createSample } from '#platform/metrics/sample.ts'
import type { Database } from '../../database.ts'
import { coursesStored } from './metrics.ts'

/** Gauges of what is stored about courses, read at a scrape, but at most once a minute. */
export function observeCourses({ db, metrics }: { readonly db: Kysely<Database>; readonly metrics: Metrics }): void {
  const courses = createSample({ read: () => countCoursesByStatus(db), initial: new Map(), freshSeconds: 60 })
  gauge(metrics, coursesStored, async (set) => {
    const counts = await courses()
    for (const status of coursesStored.labels.status) set({ status }, counts.get(status) ?? 0)
  })
}

async function countCoursesByStatus(db: Kysely<Database>): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom('course')
    .select((eb) => ['status', eb.fn.countAll<number>().as('count')])
    .groupBy('status')
    .execute()
  return new Map(rows.map((row) => [row.status, row.count]))
}
