import { type Kysely, type RawBuilder, sql } from 'kysely'
import { utcDay } from '#platform/database/dialect.ts'
import type { Database } from '../../../database.ts'
import { startOf } from './moment.ts'

/**
 * Counts what happened in these courses on the days from `from` on. The last activity of a student moves on with him, so
 * a day keeps the most students that were ever counted on it.
 */
export async function storeCourseDays(tx: Kysely<Database>, courseIds: readonly string[], from: string) {
  const since = startOf(from)
  const day = (column: string): RawBuilder<string> => utcDay(tx, sql<string>`${sql.ref(column)}`)
  const courses = sql.join(courseIds)
  const lessons = sql`enrollment e
    join course_progress p on p.enrollment_id = e.id and e.course_id in (${courses}) and p.last_activity_at >= ${since}
    join lesson_progress lp on lp.enrollment_id = e.id`
  const seenAt = (column: string) => sql`
    select e.course_id, e.id, ${day(column)} as day from ${lessons} where ${sql.ref(column)} >= ${since}`
  await sql`
    insert into course_day (course_id, day, enrollments, completions, active_students, lessons_completed)
    select course_id, day, sum(enrollments), sum(completions), sum(students), sum(lessons) from (
      select e.course_id, ${day('e.enrolled_at')} as day, 1 as enrollments, 0 as completions, 0 as students, 0 as lessons
        from enrollment e where e.course_id in (${courses}) and e.enrolled_at >= ${since}
      union all
      select e.course_id, ${day('p.completed_at')}, 0, 1, 0, 0
        from enrollment e join course_progress p on p.enrollment_id = e.id
        where e.course_id in (${courses}) and p.completed_at >= ${since}
      union all
      select e.course_id, ${day('lp.completed_at')}, 0, 0, 0, 1 from ${lessons} where lp.completed_at >= ${since}
      union all
      select course_id, day, 0, 0, 1, 0 from (
        ${seenAt('lp.started_at')} union ${seenAt('lp.completed_at')} union ${seenAt('lp.last_activity_at')}
      ) seen
    ) happened
    where true
    group by course_id, day
    on conflict (course_id, day) do update set
      enrollments = excluded.enrollments,
      completions = excluded.completions,
      lessons_completed = excluded.lessons_completed,
      active_students = case when course_day.active_students > excluded.active_students
        then course_day.active_students else excluded.active_students end`.execute(tx)
}

/** The same for the system: the sums of its courses, and each active student once, in however many courses. */
export async function storeSystemDays(tx: Kysely<Database>, from: string) {
  await sql`
    insert into system_day (day, enrollments, completions, active_students, lessons_completed)
    select day, sum(enrollments), sum(completions), sum(students), sum(lessons) from (
      select day, enrollments, completions, 0 as students, lessons_completed as lessons
        from course_day where day >= ${from}
      union all
      select day, 0, 0, 1, 0 from learning_day where day >= ${from}
    ) happened
    where true
    group by day
    on conflict (day) do update set enrollments = excluded.enrollments, completions = excluded.completions,
      active_students = excluded.active_students, lessons_completed = excluded.lessons_completed`.execute(tx)
}
