import { type Kysely, sql } from 'kysely'
import { dialectOfDatabase } from '#platform/database/dialect.ts'
import type { Database } from '../../../database.ts'
import { dayBefore } from './moment.ts'

/** Counts people anew, and sums up what was counted of the courses. Says that all is counted up to `now`. */
export async function storeSystemStatistics(tx: Kysely<Database>, now: Date): Promise<void> {
  const timestamp = sql.raw(dialectOfDatabase(tx) === 'postgres' ? 'timestamptz' : 'text')
  const [week, month] = [dayBefore(now, 6), dayBefore(now, 29)]
  await sql`delete from system_statistics`.execute(tx)
  await sql`
    with people as (
      select count(case when role = 'administrator' then 1 end) as administrators,
        count(case when role = 'instructor' then 1 end) as instructors,
        count(case when role = 'student' then 1 end) as students,
        count(case when status = 'deactivated' then 1 end) as deactivated
      from user_account
    ),
    learners as (
      select count(distinct case when day >= ${week} then user_id end) as week, count(distinct user_id) as month
      from learning_day where day >= ${month}
    ),
    catalogue as (
      select count(case when status = 'draft' then 1 end) as draft,
        count(case when status = 'published' then 1 end) as published,
        count(case when status = 'archived' then 1 end) as archived
      from course
    ),
    enrolled as (
      select coalesce(sum(enrolled), 0) as enrolled, coalesce(sum(active), 0) as active,
        coalesce(sum(completed), 0) as completed, coalesce(sum(percent_sum), 0) as percent_sum
      from course_statistics
    )
    insert into system_statistics
      (id, administrators, instructors, students, deactivated, active_7_days, active_30_days,
        draft_courses, published_courses, archived_courses, enrolled, active, completed, percent_sum, counted_at)
    select 1, people.administrators, people.instructors, people.students, people.deactivated, learners.week, learners.month,
      catalogue.draft, catalogue.published, catalogue.archived,
      enrolled.enrolled, enrolled.active, enrolled.completed, enrolled.percent_sum, cast(${now.toISOString()} as ${timestamp})
    from people, learners, catalogue, enrolled`.execute(tx)
}
