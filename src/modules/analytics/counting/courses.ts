import { type Kysely, sql } from 'kysely'
import { dialectOfDatabase } from '#platform/database/dialect.ts'
import type { Database } from '../../../database.ts'
import { momentsOf } from './moment.ts'

const numbers = [
  'enrolled',
  'active',
  'withdrawn',
  'expired',
  'completed',
  'percent_sum',
  'seconds_sum',
  'active_7_days',
  'active_30_days',
  'needs_attention',
]

/** Counts these courses in one statement. */
export async function storeCourseStatistics(tx: Kysely<Database>, courseIds: readonly string[], now: Date) {
  const { present, week, month, silent } = momentsOf(now)
  const timestamp = sql.raw(dialectOfDatabase(tx) === 'postgres' ? 'timestamptz' : 'text')
  const isActive = sql`(e.status = 'active' and (e.expires_at is null or e.expires_at > ${present}))`
  const isOver = sql`(e.status = 'expired' or (e.status = 'active' and e.expires_at <= ${present}))`
  const lastSeen = sql`coalesce(p.last_activity_at, e.enrolled_at)`
  const columns = sql.join(numbers.map((name) => sql.ref(name)))
  const changes = sql.join(
    [...numbers, 'computed_at'].map((name) => sql`${sql.ref(name)} = ${sql.ref(`excluded.${name}`)}`),
  )
  await sql`
    insert into course_statistics (course_id, ${columns}, computed_at)
    select c.id,
      count(e.id),
      count(case when ${isActive} then 1 end),
      count(case when e.status = 'withdrawn' then 1 end),
      count(case when ${isOver} then 1 end),
      count(p.completed_at),
      coalesce(sum(p.percent), 0),
      coalesce(sum(p.time_spent_seconds), 0),
      count(case when p.last_activity_at >= ${week} then 1 end),
      count(case when p.last_activity_at >= ${month} then 1 end),
      count(case when ${isActive} and p.completed_at is null and ${lastSeen} < ${silent} then 1 end),
      cast(${present} as ${timestamp})
    from course c
      left join enrollment e on e.course_id = c.id
      left join course_progress p on p.enrollment_id = e.id
    where c.id in (${sql.join(courseIds)})
    group by c.id
    on conflict (course_id) do update set ${changes}`.execute(tx)
}
