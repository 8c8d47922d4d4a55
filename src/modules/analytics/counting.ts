import { type Kysely, sql } from 'kysely'
import { dialectOfDatabase } from '#platform/database/dialect.ts'
import type { Database } from '../../database.ts'

/** Counts every course in one statement and writes those whose numbers changed. */
export async function storeStatistics(db: Kysely<Database>, now: Date): Promise<void> {
  const at = now.toISOString()
  const timestamp = sql.raw(dialectOfDatabase(db) === 'postgres' ? 'timestamptz' : 'text')
  const present = sql`cast(${at} as ${timestamp})`
  const isActive = sql`(e.status = 'active' and (e.expires_at is null or e.expires_at > ${present}))`
  const isOver = sql`(e.status = 'expired' or (e.status = 'active' and e.expires_at <= ${present}))`
  const numbers = ['enrolled', 'active', 'withdrawn', 'expired', 'completed', 'percent_sum', 'seconds_sum']
  const of = (table: string) => sql.join(numbers.map((name) => sql.ref(`${table}.${name}`)))
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
      ${present}
    from course c
      left join enrollment e on e.course_id = c.id
      left join course_progress p on p.enrollment_id = e.id
    where true
    group by c.id
    on conflict (course_id) do update set ${changes}
    where (${of('course_statistics')}) <> (${of('excluded')})`.execute(db)
}
