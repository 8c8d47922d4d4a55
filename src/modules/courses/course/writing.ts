import type { Kysely, Updateable } from 'kysely'
import { afterCommit } from '#platform/database/transaction.ts'
import type { Database } from '../../../database.ts'
import type { CourseRow } from '../access/queries.ts'
import type { CourseDeps } from '../deps.ts'
import type { CoursesDatabase } from '../tables.ts'
import { updateCourse } from './queries.ts'

/**
 * Changes the course and counts its version up; every change of its staff and its outline passes here too. What
 * visitors were shown of it is forgotten as soon as this is committed.
 */
export async function writeCourse(
  tx: Kysely<Database>,
  { now, documents }: CourseDeps,
  courseId: string,
  changes: Updateable<CoursesDatabase['course']> = {},
): Promise<CourseRow> {
  const row = await updateCourse(tx, courseId, { ...changes, updated_at: now().toISOString() })
  if (row.status !== 'draft') afterCommit(documents.forgetAll)
  return row
}
