import type { Kysely } from 'kysely'
import { boundedGauge, gauge, type Metrics } from '#platform/metrics/metrics.ts'
import { createSample } from '#platform/metrics/sample.ts'
import type { Database } from '../../database.ts'
import { courseCompletionPercent, POPULAR_COURSES_MAX, popularCourses } from './metrics.ts'
import { perEach } from './reading/numbers.ts'

const FRESH_SECONDS = 60

/** Gauges of what was counted last, read at a scrape, but at most once a minute. */
export function observeAnalytics({ db, metrics }: { readonly db: Kysely<Database>; readonly metrics: Metrics }): void {
  const completion = createSample({ read: () => selectCompletionPercent(db), initial: 0, freshSeconds: FRESH_SECONDS })
  const popular = createSample({
    read: () => selectPopularCourses(db, POPULAR_COURSES_MAX),
    initial: [],
    freshSeconds: FRESH_SECONDS,
  })
  gauge(metrics, courseCompletionPercent, async (set) => set({}, await completion()))
  boundedGauge(metrics, popularCourses, POPULAR_COURSES_MAX, popular)
}

async function selectCompletionPercent(db: Kysely<Database>): Promise<number> {
  const row = await db.selectFrom('system_statistics').select(['completed', 'enrolled']).executeTakeFirst()
  return perEach((row?.completed ?? 0) * 100, row?.enrolled ?? 0)
}

async function selectPopularCourses(db: Kysely<Database>, most: number): Promise<[{ course: string }, number][]> {
  const rows = await db
    .selectFrom('course_statistics')
    .innerJoin('course', 'course.id', 'course_statistics.course_id')
    .select(['course.slug', 'course_statistics.active'])
    .where('course.status', '=', 'published')
    .orderBy('course_statistics.active', 'desc')
    .orderBy('course.slug')
    .limit(most)
    .execute()
  return rows.map(({ slug, active }) => [{ course: slug }, active])
}
