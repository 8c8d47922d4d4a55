import type { Kysely } from 'kysely'
import { enqueue } from '#platform/jobs/outbox.ts'
import type { Database } from '../../../database.ts'
import { outlineChanged } from '../jobs.ts'
import type { LessonRow } from './queries.ts'

type Countable = Pick<LessonRow, 'course_id' | 'status' | 'is_required'>

/** Whether a lesson counts towards progress. */
export function counts(lesson: Pick<LessonRow, 'status' | 'is_required'> | undefined): boolean {
  return lesson !== undefined && lesson.status === 'published' && lesson.is_required
}

/** Tells those who store progress when a lesson began or ceased to count; undefined: it did or does not exist. */
export async function enqueueIfCounted(
  tx: Kysely<Database>,
  before: Countable | undefined,
  after: Countable | undefined,
  now: Date,
): Promise<void> {
  const courseId = (after ?? before)?.course_id
  if (courseId !== undefined && counts(before) !== counts(after)) await enqueue(tx, outlineChanged, { courseId }, now)
}
