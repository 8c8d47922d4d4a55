import type { Kysely } from 'kysely'
import type { Database } from '../../../database.ts'
import { accessCourse, accessOf, type Viewer } from '../access/access.ts'
import { type CourseRow, selectCourseBySlug } from '../access/queries.ts'
import type { CourseDeps } from '../deps.ts'
import { selectCourseDetails } from './queries.ts'
import type { Course } from './schemas.ts'
import { toCourse } from './to-course.ts'

/** A representation together with the version that its ETag names. */
export interface VersionedCourse {
  readonly version: number
  readonly body: Course
}

export function createCourseReading({ db, now }: CourseDeps) {
  async function readCourse(viewer: Viewer, courseId: string): Promise<VersionedCourse> {
    const { course } = await accessCourse(db, viewer, courseId, now())
    return versionedCourse(db, course)
  }

  async function readCourseBySlug(viewer: Viewer, slug: string): Promise<VersionedCourse> {
    const { course } = await accessOf(db, viewer, await selectCourseBySlug(db, slug), slug, now())
    return versionedCourse(db, course)
  }

  return { readCourse, readCourseBySlug }
}

export async function versionedCourse(db: Kysely<Database>, row: CourseRow): Promise<VersionedCourse> {
  return { version: row.version, body: toCourse(row, await selectCourseDetails(db, row.id)) }
}
