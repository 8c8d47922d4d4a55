import { accessCourse, type Viewer } from '../access/access.ts'
import { may } from '../access/rights.ts'
import type { CourseDeps } from '../deps.ts'
import { toLessonSummary } from '../lessons/to-lesson.ts'
import { selectModules, selectOutlineLessons, selectPrerequisitesOfCourse } from './queries.ts'
import type { Outline } from './schemas.ts'

export function createOutlineReading({ db, now }: CourseDeps) {
  /** Modules with their lessons, in order, without contents. Drafts and archived lessons are for staff only. */
  async function readOutline(viewer: Viewer, courseId: string): Promise<Outline> {
    const { standing } = await accessCourse(db, viewer, courseId, now())
    const includesUnpublished = may(standing, 'read-drafts')
    const modules = await selectModules(db, courseId)
    const lessons = await selectOutlineLessons(db, courseId, { includesUnpublished })
    const prerequisites = await selectPrerequisitesOfCourse(db, courseId)
    const shown = new Set(lessons.map((lesson) => lesson.id))
    const byModule = Map.groupBy(lessons, (lesson) => lesson.module_id)
    return {
      courseId,
      modules: modules.map(({ id, title, position }) => ({
        id,
        title,
        position,
        lessons: (byModule.get(id) ?? []).map((lesson) =>
          toLessonSummary(
            lesson,
            (prerequisites.get(lesson.id) ?? []).filter((required) => shown.has(required)),
          ),
        ),
      })),
    }
  }

  return { readOutline }
}
