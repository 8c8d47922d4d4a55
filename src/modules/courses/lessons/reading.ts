import { notAuthenticated } from '#modules/auth/index.ts'
import { accessCourse, type CourseAccess, insteadOfCourseNotFound, type Viewer } from '../access/access.ts'
import { may } from '../access/rights.ts'
import type { CourseDeps } from '../deps.ts'
import { enrollmentNeeded, lessonLocked, lessonNotFound, lessonNotReleased } from '../problems.ts'
import type { Representation } from '../send-representation.ts'
import { availabilityOf } from './availability.ts'
import {
  type LessonRow,
  selectHasCompleted,
  selectLesson,
  selectMissingPrerequisiteIds,
  selectPrerequisiteIds,
} from './queries.ts'
import { toLesson } from './to-lesson.ts'
import type { VersionedLesson } from './versioned-lesson.ts'

export function createLessonReading({ db, now, richText }: CourseDeps) {
  /**
   * A lesson with its content: for staff always; for others when it is published, and either a preview of a published
   * course or open to them as enrolled students.
   */
  async function readLesson(viewer: Viewer, lessonId: string): Promise<VersionedLesson & Representation> {
    const lesson = await selectLesson(db, lessonId)
    if (!lesson) throw lessonNotFound({ lessonId })
    const access = await insteadOfCourseNotFound(accessCourse(db, viewer, { id: lesson.course_id }, now()), () =>
      lessonNotFound({ lessonId }),
    )
    const isStaff = may(access.standing, 'read-drafts')
    const prerequisiteIds = await selectPrerequisiteIds(db, lessonId, { publishedOnly: !isStaff })
    if (!isStaff) await requireReader(viewer, access, lesson, prerequisiteIds)
    const body = toLesson(lesson, prerequisiteIds, richText, { showsSource: isStaff })
    return { version: lesson.version, body, isForStaff: isStaff }
  }

  async function requireReader(
    viewer: Viewer,
    { course, enrollment }: CourseAccess,
    lesson: LessonRow,
    prerequisiteIds: readonly string[],
  ): Promise<void> {
    if (lesson.status !== 'published') throw lessonNotFound({ lessonId: lesson.id })
    if (lesson.is_preview && course.status === 'published') return
    if (!viewer) throw notAuthenticated({ reason: 'missing' })
    if (!enrollment?.isActive) throw enrollmentNeeded({ courseId: course.id })
    const missing = prerequisiteIds.length === 0 ? [] : await selectMissingPrerequisiteIds(db, lesson.id, enrollment.id)
    const availability = availabilityOf(lesson, enrollment.enrolled_at, missing, now())
    // What was completed once stays open, though a condition was added since.
    if (availability.state === 'open' || (await selectHasCompleted(db, lesson.id, enrollment.id))) return
    if (availability.state === 'not-released') throw lessonNotReleased(availability)
    throw lessonLocked(availability)
  }

  return { readLesson }
}
