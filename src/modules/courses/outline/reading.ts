import type { Kysely } from 'kysely'
import type { CachedBody } from '#platform/http/cached-body.ts'
import type { Database } from '../../../database.ts'
import { accessCourse, type Viewer } from '../access/access.ts'
import { type CourseRow, selectCourse } from '../access/queries.ts'
import { may } from '../access/rights.ts'
import type { CourseDeps } from '../deps.ts'
import { toLessonSummary } from '../lessons/to-lesson.ts'
import type { Representation } from '../send-representation.ts'
import { selectModules, selectOutlineLessons, selectPrerequisitesOfCourse } from './queries.ts'
import type { Outline } from './schemas.ts'

/** An outline together with the version of its course, which every change of the outline counts up. */
export interface VersionedOutline {
  readonly version: number
  readonly body: Outline
}

export function createOutlineReading({ db, now, documents }: CourseDeps) {
  /** The outline of a published course as visitors see it; undefined when it has to be decided who asks. */
  function readPublicOutline(viewer: Viewer, courseId: string): Promise<CachedBody | undefined> {
    if (viewer) return Promise.resolve(undefined)
    return documents.get(['outline', courseId], async () => {
      const course = await selectCourse(db, courseId)
      return course?.status === 'published' ? (await outlineOf(db, course, false)).body : undefined
    })
  }

  /** Modules with their lessons, in order, without contents. Drafts and archived lessons are for staff only. */
  async function readOutline(viewer: Viewer, courseId: string): Promise<VersionedOutline & Representation> {
    const { course, standing } = await accessCourse(db, viewer, { id: courseId }, now())
    const isForStaff = may(standing, 'read-drafts')
    return { ...(await outlineOf(db, course, isForStaff)), isForStaff }
  }

  return { readPublicOutline, readOutline }
}

export async function outlineOf(
  db: Kysely<Database>,
  course: CourseRow,
  includesUnpublished: boolean,
): Promise<VersionedOutline> {
  const modules = await selectModules(db, course.id)
  const lessons = await selectOutlineLessons(db, course.id, { includesUnpublished })
  const prerequisites = await selectPrerequisitesOfCourse(db, course.id)
  const shown = new Set(lessons.map((lesson) => lesson.id))
  const summaries = Map.groupBy(lessons, (lesson) => lesson.module_id)
  const body = {
    courseId: course.id,
    modules: modules.map(({ id, title, position }) => ({
      id,
      title,
      position,
      lessons: (summaries.get(id) ?? []).map((lesson) => {
        const required = (prerequisites.get(lesson.id) ?? []).filter((one) => shown.has(one))
        return toLessonSummary(lesson, required)
      }),
    })),
  }
  return { version: course.version, body }
}
