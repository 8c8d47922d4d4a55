import { type Kysely, sql } from 'kysely'
import type { Database } from '../../../database.ts'
import { momentsOf } from './moment.ts'

/**
 * Counts the lessons of these courses in one statement. A student has stopped at the lesson of his last activity when he
 * has been silent since and has not completed the course.
 */
export async function storeLessonStatistics(tx: Kysely<Database>, courseIds: readonly string[], now: Date) {
  const { silent } = momentsOf(now)
  const courses = sql.join(courseIds)
  await sql`
    with measured as (
      select lp.lesson_id, lp.time_spent_seconds,
        row_number() over (partition by lp.lesson_id order by lp.time_spent_seconds) as place,
        count(*) over (partition by lp.lesson_id) as places
      from lesson l join lesson_progress lp on lp.lesson_id = l.id
      where l.course_id in (${courses}) and lp.completed_at is not null and lp.time_spent_seconds > 0
    ),
    latest as (
      select lp.lesson_id,
        row_number() over (partition by lp.enrollment_id order by lp.last_activity_at desc, lp.lesson_id) as recency
      from enrollment e
        join course_progress p on p.enrollment_id = e.id
        join lesson_progress lp on lp.enrollment_id = e.id
      where e.course_id in (${courses}) and p.completed_at is null and p.last_activity_at < ${silent}
    ),
    counted as (
      select l.id, l.course_id,
        count(lp.completed_at) as completed,
        count(lp.lesson_id) - count(lp.completed_at) as in_progress
      from lesson l left join lesson_progress lp on lp.lesson_id = l.id
      where l.course_id in (${courses})
      group by l.id, l.course_id
    )
    insert into lesson_statistics (lesson_id, course_id, completed, in_progress, median_seconds, stopped_here)
    select counted.id, counted.course_id, counted.completed, counted.in_progress, median.seconds, coalesce(stopped.students, 0)
    from counted
      left join (select lesson_id, time_spent_seconds as seconds from measured where place = (places + 1) / 2) median
        on median.lesson_id = counted.id
      left join (select lesson_id, count(*) as students from latest where recency = 1 group by lesson_id) stopped
        on stopped.lesson_id = counted.id
    where true
    on conflict (lesson_id) do update set completed = excluded.completed, in_progress = excluded.in_progress,
      median_seconds = excluded.median_seconds, stopped_here = excluded.stopped_here`.execute(tx)
}
