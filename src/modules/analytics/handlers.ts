import type { Kysely } from 'kysely'
import { handle, type JobHandler } from '#platform/jobs/job.ts'
import type { Database } from '../../database.ts'
import { countAll } from './counting/run.ts'
import { countCourses } from './jobs.ts'

export function createAnalyticsHandlers({ db, now }: { db: Kysely<Database>; now: () => Date }): JobHandler[] {
  return [handle(countCourses, (_payload, { signal }) => countAll(db, now(), signal))]
}
