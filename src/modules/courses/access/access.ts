import type { Kysely } from 'kysely'
import { notAllowed, type Principal } from '#modules/auth/index.ts'
import type { Database } from '../../../database.ts'
import { courseNotFound } from '../problems.ts'
import {
  type CourseName,
  type CourseRow,
  type EnrollmentState,
  lockCourse,
  selectCourseRelation,
  selectStaffRole,
} from './queries.ts'
import { type CourseRight, may, type Standing, standingOf, whoMay } from './rights.ts'

type Executor = Kysely<Database>

/** Somebody with a token, or a visitor. */
export type Viewer = Principal | null

export interface CourseAccess {
  readonly course: CourseRow
  readonly standing: Standing | undefined
  readonly enrollment: EnrollmentState | undefined
}

/** The course, by id or slug, as `viewer` may see it; 404 when he may not know of it. */
export async function accessCourse(db: Executor, viewer: Viewer, by: CourseName, now: Date): Promise<CourseAccess> {
  const name = 'id' in by ? by.id : by.slug
  const relation = await selectCourseRelation(db, by, viewer?.userId ?? null, now)
  if (!relation) throw courseNotFound({ course: name })
  const { course, staffRole, enrollment } = relation
  const standing = viewer ? standingOf(viewer, staffRole) : undefined
  return hideFromStrangers({ course, standing, enrollment }, name)
}

/** Refuses a caller without `right` in this course: 404 when he may not know of it, else 403. */
export async function requireCourseRight(
  db: Executor,
  caller: Principal,
  courseId: string,
  right: CourseRight,
): Promise<CourseRow> {
  const { course, standing } = await accessCourse(db, caller, { id: courseId }, new Date(0))
  if (!may(standing, right)) throw notAllowed({ needs: whoMay(right) })
  return course
}

/** Locks a course that `caller` is about to change; refuses him like `requireCourseRight`. */
export async function lockCourseFor(
  tx: Executor,
  caller: Principal,
  courseId: string,
  right: CourseRight,
): Promise<CourseRow> {
  const course = await lockCourse(tx, courseId)
  if (!course) throw courseNotFound({ course: courseId })
  // Read after the lock: whoever was removed a moment ago is removed.
  if (!may(standingOf(caller, await selectStaffRole(tx, courseId, caller.userId)), right)) {
    await requireCourseRight(tx, caller, courseId, right)
  }
  return course
}

/** Hides a part of a hidden course under its own name: the id of the course would tell that it exists. */
export async function insteadOfCourseNotFound<T>(work: Promise<T>, refuse: () => Error): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === courseNotFound.code) throw refuse()
    throw error
  }
}

/**
 * Hides a draft from everybody without rights in it, and an archived course from everybody who never was enrolled:
 * both look as if they did not exist.
 */
function hideFromStrangers(access: CourseAccess, name: string): CourseAccess {
  const { course, standing, enrollment } = access
  if (course.status === 'published' || may(standing, 'read-drafts')) return access
  if (course.status === 'archived' && enrollment) return access
  throw courseNotFound({ course: name })
}
