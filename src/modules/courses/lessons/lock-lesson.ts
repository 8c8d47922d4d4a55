import type { Kysely } from 'kysely'
import type { Principal } from '#modules/auth/index.ts'
import type { Database } from '../../../database.ts'
import { insteadOfCourseNotFound, lockCourseFor } from '../access/access.ts'
import type { CourseRow } from '../access/queries.ts'
import type { CourseRight } from '../access/rights.ts'
import { lessonNotFound } from '../problems.ts'
import { type LessonRow, selectLesson } from './queries.ts'

/** A lesson and its course, which stays locked. 404 names the lesson, also when it is the course that hides. */
export async function lockLessonFor(
  tx: Kysely<Database>,
  by: Principal,
  lessonId: string,
  right: CourseRight,
): Promise<{ lesson: LessonRow; course: CourseRow }> {
  const found = await selectLesson(tx, lessonId)
  if (!found) throw lessonNotFound({ lessonId })
  const course = await insteadOfCourseNotFound(lockCourseFor(tx, by, found.course_id, right), () =>
    lessonNotFound({ lessonId }),
  )
  // What was read before the lock may have changed or gone.
  const lesson = await selectLesson(tx, lessonId)
  if (!lesson) throw lessonNotFound({ lessonId })
  return { lesson, course }
}
