import { notAllowed, type Principal } from '#modules/auth/index.ts'
import {
  accessCourse,
  type CourseAccess,
  enrollmentNeeded,
  insteadOfCourseNotFound,
  type LessonRow,
  lessonNotFound,
  may,
  requireCourseRight,
  selectLesson,
  whoMay,
} from '#modules/courses/index.ts'
import { selectEnrollmentOf } from '#modules/enrollments/index.ts'
import { readCursor, toPage } from '#platform/http/pagination.ts'
import { computeDeadline } from './compute.ts'
import type { DeadlinesDeps } from './deps.ts'
import type { VersionedAccommodation } from './granting.ts'
import { accommodationNotFound, noItem, studentNotInCourse } from './problems.ts'
import { selectAccommodation, selectAccommodationPage, selectAccommodations } from './queries.ts'
import type { AccommodationsQuery, AccommodationView, DeadlineView } from './schemas.ts'
import { requireTarget, type Where } from './target.ts'
import { toView } from './to-view.ts'

export function createReading({ db, now, items }: DeadlinesDeps) {
  /** What students are granted in a course, for its staff. */
  async function listAccommodations(
    caller: Principal,
    courseId: string,
    { limit, cursor, userId, lessonId }: AccommodationsQuery,
  ): Promise<{ items: AccommodationView[]; nextCursor: string | null }> {
    await requireCourseRight(db, caller, courseId, 'see-roster')
    const after = readCursor(cursor, 1)?.[0]
    const wanted = { userId, lessonId, after: after == null ? undefined : String(after), limit: limit + 1 }
    return toPage(await selectAccommodationPage(db, courseId, wanted), limit, toView, (row) => [row.id])
  }

  async function readAccommodation(caller: Principal, where: Where): Promise<VersionedAccommodation> {
    const { course, lessonId } = await requireTarget(db, caller, where, 'see-roster')
    const row = await selectAccommodation(db, { courseId: course.id, userId: where.userId, lessonId })
    if (!row) throw accommodationNotFound()
    return { version: row.version, body: toView(row) }
  }

  /**
   * The deadline of a quiz or assignment and how it comes about: for the caller, or for a student whom staff name.
   * Staff who name nobody are told what holds for everybody.
   */
  async function explainDeadline(
    caller: Principal,
    lessonId: string,
    studentId: string | undefined,
  ): Promise<DeadlineView> {
    const lesson = await selectLesson(db, lessonId)
    if (!lesson) throw lessonNotFound({ lessonId })
    const hide = () => lessonNotFound({ lessonId })
    const access = await insteadOfCourseNotFound(accessCourse(db, caller, { id: lesson.course_id }, now()), hide)
    const userId = await requireStudent(caller, access, lesson, studentId)
    const item = await items.find((one) => one.lessonType === lesson.type)?.selectItem(db, { lessonId, userId })
    if (!item) throw noItem()
    const granted =
      userId === null ? [] : await selectAccommodations(db, { courseId: lesson.course_id, userId, itemId: lessonId })
    const startedAt = item.startedAt === null ? null : new Date(item.startedAt)
    const { steps, ...deadline } = computeDeadline(item.rule, granted, { startedAt })
    return {
      lessonId,
      userId,
      timeZone: item.rule.timeZone,
      serverTime: now().toISOString(),
      startedAt: item.startedAt,
      ...deadline,
      steps: [...steps],
    }
  }

  /** Whose deadline the caller may be told; null: everybody's. */
  async function requireStudent(
    caller: Principal,
    { course, standing, enrollment }: CourseAccess,
    lesson: LessonRow,
    studentId: string | undefined,
  ): Promise<string | null> {
    if (may(standing, 'see-roster')) {
      if (studentId === undefined) return null
      if (await selectEnrollmentOf(db, course.id, studentId)) return studentId
      throw studentNotInCourse({ userId: studentId })
    }
    if (lesson.status !== 'published') throw lessonNotFound({ lessonId: lesson.id })
    if (studentId !== undefined && studentId !== caller.userId) throw notAllowed({ needs: whoMay('see-roster') })
    if (!enrollment) throw enrollmentNeeded({ courseId: course.id })
    return caller.userId
  }

  return { listAccommodations, readAccommodation, explainDeadline }
}
