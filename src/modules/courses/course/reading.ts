import type { Kysely } from 'kysely'
import type { CachedBody } from '#platform/http/cached-body.ts'
import type { Database } from '../../../database.ts'
import { accessCourse, type Viewer } from '../access/access.ts'
import { type CourseName, type CourseRow, selectCourseRelation } from '../access/queries.ts'
import { may } from '../access/rights.ts'
import type { CourseDeps } from '../deps.ts'
import { seesPublicDocuments } from '../public-documents/audience.ts'
import type { Representation } from '../send-representation.ts'
import { selectCourseDetails } from './queries.ts'
import type { Course } from './schemas.ts'
import { toCourse } from './to-course.ts'

/** A representation together with the version that its ETag names. */
export interface VersionedCourse {
  readonly version: number
  readonly body: Course
}

export function createCourseReading(deps: CourseDeps) {
  const { db, now, documents } = deps

  /** A published course as everybody may see it; undefined when it has to be decided who asks. */
  function readPublicCourse(viewer: Viewer, by: CourseName): Promise<CachedBody | undefined> {
    if (!seesPublicDocuments(viewer)) return Promise.resolve(undefined)
    return documents.get(['course', ...Object.entries(by).flat()], async () => {
      const found = await selectCourseRelation(db, by, null, now())
      if (found?.course.status !== 'published') return undefined
      return (await versionedCourse(db, deps, found.course)).body
    })
  }

  async function readCourse(viewer: Viewer, by: CourseName): Promise<VersionedCourse & Representation> {
    const { course, standing } = await accessCourse(db, viewer, by, now())
    return { ...(await versionedCourse(db, deps, course)), isForStaff: may(standing, 'read-drafts') }
  }

  return { readPublicCourse, readCourse }
}

export async function versionedCourse(
  db: Kysely<Database>,
  { richText }: CourseDeps,
  row: CourseRow,
): Promise<VersionedCourse> {
  return { version: row.version, body: toCourse(row, await selectCourseDetails(db, row.id), richText) }
}
