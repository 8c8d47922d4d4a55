import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import { dialectOfDatabase } from '#platform/database/dialect.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import type { Database } from '../../../database.ts'
import { storeCourseStatistics } from './courses.ts'
import { storeCourseDays, storeSystemDays } from './days.ts'
import { type DueCourse, selectChangedSince, selectUncountedToday } from './due.ts'
import { storeLessonStatistics } from './lessons.ts'
import { dayBefore, SERIES_DAYS } from './moment.ts'
import { storeSystemStatistics } from './system.ts'

type Executor = Kysely<Database>

/** A run ends by itself before its job would count as failed; the next one goes on where it stopped. */
const RUN_MS = 200_000
/** Courses of one transaction. SQLite counts on the thread that answers requests, so it gets one at a time. */
const batchSize = { sqlite: 1, postgres: 20 } as const

/**
 * Counts the courses that have changed since the last run, a batch a transaction, and each once a UTC day whether it has
 * changed or not. Stops between two batches when `stop` is aborted.
 */
export async function countAll(db: Executor, now: Date, stop: AbortSignal): Promise<void> {
  const signal = AbortSignal.any([stop, AbortSignal.timeout(RUN_MS)])
  const size = batchSize[dialectOfDatabase(db)]
  const lastRun = await selectLastRun(db)
  const from = lastRun === null ? dayBefore(now, SERIES_DAYS - 1) : dayBefore(lastRun, 1)
  const changed = lastRun === null ? [] : await selectChangedSince(db, lastRun)
  for (let index = 0; index < changed.length; index += size) {
    if (signal.aborted) return
    await countBatch(db, changed.slice(index, index + size), now)
  }
  for (;;) {
    const due = await selectUncountedToday(db, now, size)
    if (due.length === 0) break
    if (signal.aborted) return
    await countBatch(db, due, now)
  }
  await inTransaction(db, async (tx) => {
    await storeSystemDays(tx, from)
    await storeSystemStatistics(tx, now)
  })
}

async function countBatch(db: Executor, due: readonly DueCourse[], now: Date): Promise<void> {
  const ids = due.map(({ id }) => id)
  const from = due.map(({ countedAt }) => seriesFrom(countedAt, now)).sort()[0] ?? dayBefore(now, 1)
  await inTransaction(db, async (tx) => {
    await storeCourseStatistics(tx, ids, now)
    await storeLessonStatistics(tx, ids, now)
    await storeCourseDays(tx, ids, from)
  })
  // SQLite never waits, so without this no request would be answered before the last course is counted.
  await nextTurn()
}

/** The first day that may have changed since then: the day before, too, for what was committed around midnight. */
function seriesFrom(countedAt: string | null, now: Date): string {
  return countedAt === null ? dayBefore(now, SERIES_DAYS - 1) : dayBefore(new Date(countedAt), 1)
}

async function selectLastRun(db: Executor): Promise<Date | null> {
  const row = await db.selectFrom('system_statistics').select('counted_at').executeTakeFirst()
  return row ? new Date(row.counted_at) : null
}
