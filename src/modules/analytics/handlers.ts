import type { Kysely } from 'kysely'
import { handle, type JobHandler } from '#platform/jobs/job.ts'
import type { Database } from '../../database.ts'
import { storeStatistics } from './counting.ts'
import { countCourses } from './jobs.ts'

export function createAnalyticsHandlers({ db, now }: { db: Kysely<Database>; now: () => Date }): JobHandler[] {
  return [handle(countCourses, async () => storeStatistics(db, now()))]
}
