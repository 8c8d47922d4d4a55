import { notAuthenticated } from '#modules/auth/index.ts'
import { accessOf, type CourseAccess, insteadOfCourseNotFound, type Viewer } from '../access/access.ts'
import { selectCourse } from '../access/queries.ts'
import { may } from '../access/rights.ts'
import type { CourseDeps } from '../deps.ts'
import { enrollmentNeeded, lessonLocked, lessonNotFound, lessonNotReleased } from '../problems.ts'
import { availabilityOf } from './availability.ts'
import { type LessonRow, selectLesson, selectMissingPrerequisiteIds, selectPrerequisiteIds } from './queries.ts'
import { toLesson } from './to-lesson.ts'
import type { VersionedLesson } from './versioned-lesson.ts'

export function createLessonReading({ db, now }: CourseDeps) {
  /**
   * A lesson with its content: for staff always; for others when it is published, and either a preview of a published
   * course or open to them as enrolled students.
   */
  async function readLesson(viewer: Viewer, lessonId: string): Promise<VersionedLesson> {
    const lesson = await selectLesson(db, lessonId)
    if (!lesson) throw lessonNotFound({ lessonId })
    const course = await selectCourse(db, lesson.course_id)
    const access = await insteadOfCourseNotFound(accessOf(db, viewer, course, lesson.course_id, now()), () =>
      lessonNotFound({ lessonId }),
    )
    const isStaff = may(access.standing, 'read-drafts')
    if (!isStaff) await requireReader(viewer, access, lesson)
    const prerequisiteIds = await selectPrerequisiteIds(db, lessonId, { publishedOnly: !isStaff })
    return { version: lesson.version, body: toLesson(lesson, prerequisiteIds, isStaff) }
  }

  async function requireReader(viewer: Viewer, { course, enrollment }: CourseAccess, lesson: LessonRow) {
    if (lesson.status !== 'published') throw lessonNotFound({ lessonId: lesson.id })
    if (lesson.is_preview && course.status === 'published') return
    if (!viewer) throw notAuthenticated({ reason: 'missing' })
    if (!enrollment?.isActive) throw enrollmentNeeded({ courseId: course.id })
    const missing = await selectMissingPrerequisiteIds(db, lesson.id, enrollment.id)
    const availability = availabilityOf(lesson, enrollment.enrolled_at, missing, now())
    if (availability.state === 'not-released') throw lessonNotReleased(availability)
    if (availability.state === 'locked') throw lessonLocked(availability)
  }

  return { readLesson }
}
