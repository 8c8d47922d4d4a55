import { type Kysely, sql } from 'kysely'
import type { Database } from '../../../database.ts'
import { startOf, utcDayOf } from './moment.ts'

type Executor = Kysely<Database>

export interface DueCourse {
  readonly id: string
  /** Null: it was never counted. */
  readonly countedAt: string | null
}

/** Work that began before the last run may have been committed after it had looked. */
const COMMIT_MS = 2 * 60_000
/** An edit of the outline is followed by jobs that bring the stored progress of its students up to date. */
const RECOUNT_MS = 30 * 60_000

/** Those among the courses that this UTC day has not counted yet, new ones first: what is "the last 7 days" has moved. */
export async function selectUncountedToday(db: Executor, now: Date, limit: number): Promise<DueCourse[]> {
  const rows = await db
    .selectFrom('course')
    .leftJoin('course_statistics', 'course_statistics.course_id', 'course.id')
    .select(['course.id', 'course_statistics.computed_at as countedAt'])
    .where((eb) =>
      eb.or([
        eb('course_statistics.computed_at', 'is', null),
        eb('course_statistics.computed_at', '<', startOf(utcDayOf(now))),
      ]),
    )
    .orderBy('course.id', 'desc')
    .limit(limit)
    .execute()
  return rows
}

/** The courses in which anything was learnt, enrolled, ended or edited since the run at `lastRun`. */
export async function selectChangedSince(db: Executor, lastRun: Date): Promise<DueCourse[]> {
  const since = new Date(lastRun.getTime() - COMMIT_MS)
  const at = since.toISOString()
  const edited = new Date(lastRun.getTime() - RECOUNT_MS).toISOString()
  // `cross join`: SQLite keeps to this order, which begins with the few who have learnt since yesterday.
  const { rows } = await sql<DueCourse>`
    select s.course_id as id, s.computed_at as "countedAt" from course_statistics s where s.course_id in (
      select e.course_id from enrollment_event ev cross join enrollment e
        where ev.occurred_at >= ${at} and e.id = ev.enrollment_id
      union all
      select e.course_id from learning_day d cross join enrollment e cross join course_progress p
        where d.day >= ${utcDayOf(since)} and e.user_id = d.user_id
          and p.enrollment_id = e.id and p.last_activity_at >= ${at}
      union all
      select l.course_id from lesson l where l.updated_at >= ${edited}
    )
    order by s.course_id`.execute(db)
  return rows
}
