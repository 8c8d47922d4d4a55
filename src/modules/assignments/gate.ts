import type { Kysely } from 'kysely'
import type { Principal } from '#modules/auth/index.ts'
import {
  accessCourse,
  type CourseAccess,
  type CourseRight,
  type CourseRow,
  enrollmentNeeded,
  insteadOfCourseNotFound,
  type LessonRow,
  lessonLocked,
  lessonNotFound,
  lessonNotReleased,
  opennessOf,
  requireCourseRight,
  selectLesson,
} from '#modules/courses/index.ts'
import type { Database } from '../../database.ts'
import { type AssignmentRow, selectAssignment } from './assignment/queries.ts'
import { assignmentNotFound } from './problems.ts'

type Executor = Kysely<Database>

/** The assignment of a lesson, for a caller with `right` in its course. */
export async function requireAssignment(
  db: Executor,
  caller: Principal,
  lessonId: string,
  right: CourseRight,
): Promise<{ lesson: LessonRow; course: CourseRow; assignment: AssignmentRow }> {
  const lesson = await requireLesson(db, lessonId)
  const course = await insteadOfCourseNotFound(requireCourseRight(db, caller, lesson.course_id, right), () =>
    lessonNotFound({ lessonId }),
  )
  return { lesson, course, assignment: await requireSetUp(db, lessonId) }
}

/** The lesson and what the caller is in its course; 404 when he may not know of either. */
export async function accessLesson(
  db: Executor,
  caller: Principal,
  lessonId: string,
  at: Date,
): Promise<{ lesson: LessonRow; access: CourseAccess }> {
  const lesson = await requireLesson(db, lessonId)
  const access = await insteadOfCourseNotFound(accessCourse(db, caller, { id: lesson.course_id }, at), () =>
    lessonNotFound({ lessonId }),
  )
  return { lesson, access }
}

/** Refuses whoever is not enrolled, or to whom the lesson is not open yet, and says what it waits for. */
export async function requireOpen(db: Executor, access: CourseAccess, lesson: LessonRow, at: Date): Promise<void> {
  const openness = await opennessOf(db, access, lesson, at)
  switch (openness.state) {
    case 'open':
      return
    case 'unpublished':
      throw lessonNotFound({ lessonId: lesson.id })
    case 'not-enrolled':
      throw enrollmentNeeded({ courseId: access.course.id })
    case 'not-released':
      throw lessonNotReleased(openness)
    case 'locked':
      throw lessonLocked(openness)
  }
}

export async function requireSetUp(db: Executor, lessonId: string): Promise<AssignmentRow> {
  const assignment = await selectAssignment(db, lessonId)
  if (!assignment) throw assignmentNotFound({ lessonId })
  return assignment
}

export async function requireLesson(db: Executor, lessonId: string): Promise<LessonRow> {
  const lesson = await selectLesson(db, lessonId)
  if (!lesson) throw lessonNotFound({ lessonId })
  return lesson
}
