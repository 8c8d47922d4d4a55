import { notAuthenticated } from '#modules/auth/index.ts'
import { accessCourse, type CourseAccess, insteadOfCourseNotFound, type Viewer } from '../access/access.ts'
import { may } from '../access/rights.ts'
import type { CourseDeps } from '../deps.ts'
import { enrollmentNeeded, lessonLocked, lessonNotFound, lessonNotReleased } from '../problems.ts'
import type { Representation } from '../send-representation.ts'
import { opennessOf } from './openness.ts'
import { type LessonRow, selectLesson, selectPrerequisiteIds } from './queries.ts'
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
    access: CourseAccess,
    lesson: LessonRow,
    prerequisiteIds: readonly string[],
  ): Promise<void> {
    const openness = await opennessOf(db, access, lesson, now(), { hasPrerequisites: prerequisiteIds.length > 0 })
    switch (openness.state) {
      case 'open':
        return
      case 'unpublished':
        throw lessonNotFound({ lessonId: lesson.id })
      case 'not-enrolled':
        throw viewer ? enrollmentNeeded({ courseId: access.course.id }) : notAuthenticated({ reason: 'missing' })
      case 'not-released':
        throw lessonNotReleased(openness)
      case 'locked':
        throw lessonLocked(openness)
    }
  }

  return { readLesson }
}
