import { type Kysely, type Selectable, sql } from 'kysely'
import type { ProgressSummary } from '#modules/enrollments/index.ts'
import { prepared } from '#platform/database/prepared.ts'
import type { Database } from '../../database.ts'
import type { ProgressDatabase } from './tables.ts'

type Tx = Kysely<Database>
export type SummaryRow = Selectable<ProgressDatabase['course_progress']>

/**
 * Makes the stored summaries of these enrollments from what is stored about their lessons, in one statement, and
 * returns them. No summary is written in any other way, so stored and recomputed are the same.
 *
 * What counts: lessons that are published and required now. A course without any is completed by nobody, somebody who
 * has left completes nothing, and what was completed stays completed. The caller holds the locks on the enrollments.
 */
export function storeSummaries(tx: Tx, enrollmentIds: readonly string[], at: Date): Promise<SummaryRow[]> {
  return upsertSummaries(tx, { enrollmentIds, at: at.toISOString() })
}

interface Summarised {
  readonly enrollmentIds: readonly string[]
  readonly at: string
}

const upsertSummaries = prepared((tx: Tx, { enrollmentIds, at }: Summarised) =>
  tx
    .insertInto('course_progress')
    .columns([
      'enrollment_id',
      'required_lessons',
      'completed_lessons',
      'percent',
      'time_spent_seconds',
      'last_activity_at',
      'completed_at',
    ])
    .expression(countedSummaries(enrollmentIds, at))
    .onConflict((conflict) =>
      conflict.column('enrollment_id').doUpdateSet((eb) => ({
        required_lessons: eb.ref('excluded.required_lessons'),
        completed_lessons: eb.ref('excluded.completed_lessons'),
        percent: sql<number>`case when course_progress.completed_at is null then excluded.percent else 100 end`,
        time_spent_seconds: eb.ref('excluded.time_spent_seconds'),
        last_activity_at: eb.ref('excluded.last_activity_at'),
        completed_at: eb.fn.coalesce('course_progress.completed_at', 'excluded.completed_at'),
      })),
    )
    .returningAll(),
)

// `materialized`: SQLite would else count again for every column that uses a count. The second `when` of `completed_at`
// never holds; it tells PostgreSQL the type. `where true` tells SQLite that `on conflict` is not a join condition.
function countedSummaries(enrollmentIds: readonly string[], at: string) {
  return sql`with counted as materialized (
      select enrollment.id, enrollment.status,
        (select count(*) from lesson
          where lesson.course_id = enrollment.course_id and lesson.status = 'published' and lesson.is_required) as required,
        (select count(*) from lesson_progress join lesson on lesson.id = lesson_progress.lesson_id
          where lesson_progress.enrollment_id = enrollment.id and lesson_progress.completed_at is not null
            and lesson.status = 'published' and lesson.is_required) as completed,
        (select coalesce(sum(time_spent_seconds), 0) from lesson_progress
          where lesson_progress.enrollment_id = enrollment.id) as seconds,
        (select max(last_activity_at) from lesson_progress
          where lesson_progress.enrollment_id = enrollment.id) as last_activity_at
      from enrollment where enrollment.id in (${sql.join(enrollmentIds)})
    )
    select id, required, completed,
      case when required = 0 then 0 else completed * 100 / required end,
      seconds, last_activity_at,
      case when required > 0 and completed = required and status <> 'withdrawn' then ${at}
        when false then last_activity_at end
    from counted where true`
}

export function toSummary(row: SummaryRow): ProgressSummary {
  return {
    percent: row.percent,
    completedLessons: row.completed_lessons,
    requiredLessons: row.required_lessons,
    timeSpentSeconds: row.time_spent_seconds,
    lastActivityAt: row.last_activity_at,
    completedAt: row.completed_at,
  }
}
