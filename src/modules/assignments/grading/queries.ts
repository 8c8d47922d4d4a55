import { type Kysely, sql } from 'kysely'
import type { Position } from '#platform/http/pagination.ts'
import type { Database } from '../../../database.ts'
import type { SubmissionFilter } from './schemas.ts'

type Executor = Kysely<Database>

/** Submissions with a grade that their students do not see, in the order in which enrollments are locked. */
export async function selectDraftIds(db: Executor, lessonId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('submission')
    .select('id')
    .where('lesson_id', '=', lessonId)
    .where('points', 'is not', null)
    .where('released_at', 'is', null)
    .orderBy('enrollment_id')
    .execute()
  return rows.map((row) => row.id)
}

export interface RosterFilter {
  readonly filter: SubmissionFilter
  readonly at: string
  readonly after: Position | undefined
  readonly limit: number
}

export type RosterRow = Awaited<ReturnType<typeof selectSubmissionRoster>>[number]

/**
 * Students of a course with what they have handed in for one assignment, by name: those who are active, and those who
 * have left when there is something of theirs to see.
 */
export function selectSubmissionRoster(
  db: Executor,
  { courseId, lessonId }: { readonly courseId: string; readonly lessonId: string },
  { filter, at, after, limit }: RosterFilter,
) {
  let query = db
    .selectFrom('enrollment')
    .innerJoin('user_account', 'user_account.id', 'enrollment.user_id')
    .leftJoin('submission', (join) =>
      join.onRef('submission.enrollment_id', '=', 'enrollment.id').on('submission.lesson_id', '=', lessonId),
    )
    .select([
      'enrollment.id as enrollment_id',
      'enrollment.user_id',
      'user_account.full_name',
      'submission.id',
      'submission.group_id',
      'submission.latest_number',
      'submission.submitted_at',
      'submission.late_days',
      'submission.is_waiting',
      'submission.reopened_at',
      'submission.points',
      'submission.released_at',
    ])
    .where('enrollment.course_id', '=', courseId)
  const isActive = sql<boolean>`(enrollment.status = 'active'
    and (enrollment.expires_at is null or enrollment.expires_at > ${at}))`
  if (filter === 'missing') query = query.where('submission.id', 'is', null).where(isActive)
  else if (filter === 'all') query = query.where((eb) => eb.or([eb('submission.id', 'is not', null), isActive]))
  else if (filter === 'late') query = query.where('submission.late_days', '>', 0)
  else if (filter === 'waiting') query = query.where('submission.is_waiting', '=', true)
  else {
    query = query
      .where('submission.is_waiting', '=', false)
      .where('submission.released_at', filter === 'released' ? 'is not' : 'is', null)
  }
  if (after) query = query.where(sql<boolean>`(user_account.full_name, enrollment.id) > (${after[0]}, ${after[1]})`)
  return query.orderBy('user_account.full_name').orderBy('enrollment.id').limit(limit).execute()
}
