import { type Kysely, sql } from 'kysely'
import { gauge, type Metrics } from '#platform/metrics/metrics.ts'
import { createSample } from '#platform/metrics/sample.ts'
import type { Database } from '../../database.ts'
import { courseProgressAverage, studentsActive } from './metrics.ts'
import { utcDayOf } from './queries.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const FRESH_SECONDS = 60
/** Distinct students of many days are dear to count, and the number changes slowly. */
const WINDOWS_FRESH_SECONDS = 600

/** Gauges of what is stored about progress, read at a scrape, but not at every one. */
export function observeProgress({
  db,
  metrics,
  now,
}: {
  readonly db: Kysely<Database>
  readonly metrics: Metrics
  readonly now: () => Date
}): void {
  const since = (days: number) => utcDayOf(new Date(now().getTime() - (days - 1) * DAY_MS))
  const average = createSample({ read: () => selectAveragePercent(db), initial: 0, freshSeconds: FRESH_SECONDS })
  const today = createSample({
    read: () => countLearnersOf(db, since(1)),
    initial: 0,
    freshSeconds: FRESH_SECONDS,
  })
  const windows = createSample({
    read: () => countLearnersSince(db, since(7), since(30)),
    initial: { week: 0, month: 0 },
    freshSeconds: WINDOWS_FRESH_SECONDS,
  })
  gauge(metrics, courseProgressAverage, async (set) => set({}, await average()))
  gauge(metrics, studentsActive, async (set) => {
    const { week, month } = await windows()
    set({ days: '1' }, await today())
    set({ days: '7' }, week)
    set({ days: '30' }, month)
  })
}

async function selectAveragePercent(db: Kysely<Database>): Promise<number> {
  const row = await db
    .selectFrom('course_progress')
    .select((eb) => eb.fn.avg<number | string | null>('percent').as('average'))
    .executeTakeFirstOrThrow()
  return Number(row.average ?? 0)
}

async function countLearnersOf(db: Kysely<Database>, day: string): Promise<number> {
  const { count } = await db
    .selectFrom('learning_day')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('day', '=', day)
    .executeTakeFirstOrThrow()
  return count
}

function countLearnersSince(db: Kysely<Database>, week: string, month: string) {
  return db
    .selectFrom('learning_day')
    .select([
      sql<number>`count(distinct case when day >= ${week} then user_id end)`.as('week'),
      sql<number>`count(distinct user_id)`.as('month'),
    ])
    .where('day', '>=', month)
    .executeTakeFirstOrThrow()
}
