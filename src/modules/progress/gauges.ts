import { type Kysely, sql } from 'kysely'
import { gauge, type Metrics } from '#platform/metrics/metrics.ts'
import { createSample } from '#platform/metrics/sample.ts'
import type { Database } from '../../database.ts'
import { courseProgressAverage, studentsActive } from './metrics.ts'
import { utcDayOf } from './queries.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** Gauges of what is stored about progress, read at a scrape, but at most once a minute. */
export function observeProgress({
  db,
  metrics,
  now,
}: {
  readonly db: Kysely<Database>
  readonly metrics: Metrics
  readonly now: () => Date
}): void {
  const averagePercent = createSample({ read: () => selectAveragePercent(db), initial: 0, freshSeconds: 60 })
  const activeStudents = createSample({
    read: () => countActiveStudents(db, now()),
    initial: { '1': 0, '7': 0, '30': 0 },
    freshSeconds: 60,
  })
  gauge(metrics, courseProgressAverage, async (set) => set({}, await averagePercent()))
  gauge(metrics, studentsActive, async (set) => {
    const counts = await activeStudents()
    for (const days of ['1', '7', '30'] as const) set({ days }, counts[days])
  })
}

async function selectAveragePercent(db: Kysely<Database>): Promise<number> {
  const row = await db
    .selectFrom('enrollment')
    .innerJoin('course_progress', 'course_progress.enrollment_id', 'enrollment.id')
    .select((eb) => eb.fn.avg<number | string | null>('course_progress.percent').as('average'))
    .where('enrollment.status', '=', 'active')
    .executeTakeFirstOrThrow()
  return Number(row.average ?? 0)
}

/** Students with a learning day in the last 1, 7 and 30 UTC days, today included. */
async function countActiveStudents(db: Kysely<Database>, at: Date) {
  const since = (days: number) => utcDayOf(new Date(at.getTime() - (days - 1) * DAY_MS))
  const within = (days: number) => sql<number>`count(distinct case when day >= ${since(days)} then user_id end)`
  return db
    .selectFrom('learning_day')
    .select([within(1).as('1'), within(7).as('7'), within(30).as('30')])
    .where('day', '>=', since(30))
    .executeTakeFirstOrThrow()
}
