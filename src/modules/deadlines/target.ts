import type { Kysely } from 'kysely'
import type { Principal } from '#modules/auth/index.ts'
import {
  type CourseRight,
  type CourseRow,
  insteadOfCourseNotFound,
  lessonNotFound,
  requireCourseRight,
  selectLesson,
} from '#modules/courses/index.ts'
import type { Database } from '../../database.ts'
import { noItem } from './problems.ts'

/** As the address of a request names an accommodation: by course or by lesson. */
export type Where =
  | { readonly courseId: string; readonly userId: string }
  | { readonly lessonId: string; readonly userId: string }

/** The course and, when it is one item's, the lesson; refuses a caller without `right` in the course. */
export async function requireTarget(
  db: Kysely<Database>,
  caller: Principal,
  where: Where,
  right: CourseRight,
): Promise<{ course: CourseRow; lessonId: string | null }> {
  if ('courseId' in where) {
    return { course: await requireCourseRight(db, caller, where.courseId, right), lessonId: null }
  }
  const { lessonId } = where
  const lesson = await selectLesson(db, lessonId)
  if (!lesson) throw lessonNotFound({ lessonId })
  const course = await insteadOfCourseNotFound(requireCourseRight(db, caller, lesson.course_id, right), () =>
    lessonNotFound({ lessonId }),
  )
  if (lesson.type !== 'quiz' && lesson.type !== 'assignment') throw noItem()
  return { course, lessonId }
}
