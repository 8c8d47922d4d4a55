import type { Kysely } from 'kysely'
import { notAllowed, type Principal } from '#modules/auth/index.ts'
import type { Database } from '../../../database.ts'
import { courseNotFound } from '../problems.ts'
import {
  type CourseRow,
  type EnrollmentState,
  lockCourse,
  selectCourse,
  selectEnrollmentState,
  selectStaffRole,
} from './queries.ts'
import { type CourseRight, may, type Standing, standingOf, whoMay } from './rights.ts'

type Executor = Kysely<Database>

/** Somebody with a token, or a visitor. */
export type Viewer = Principal | null

export interface CourseAccess {
  readonly course: CourseRow
  readonly standing: Standing | undefined
  /** Read only for those who have no standing. */
  readonly enrollment: EnrollmentState | undefined
}

/** The course as `viewer` may see it; 404 when he may not know of it. */
export async function accessCourse(db: Executor, viewer: Viewer, courseId: string, now: Date): Promise<CourseAccess> {
  return accessOf(db, viewer, await selectCourse(db, courseId), courseId, now)
}

/** The same, where the row is read already; `name` is the id or slug that was asked for. */
export async function accessOf(
  db: Executor,
  viewer: Viewer,
  course: CourseRow | undefined,
  name: string,
  now: Date,
): Promise<CourseAccess> {
  if (!course) throw courseNotFound({ course: name })
  if (!viewer) return hideFromStrangers({ course, standing: undefined, enrollment: undefined }, name)
  const standing = standingOf(viewer, await selectStaffRole(db, course.id, viewer.userId))
  const enrollment = standing ? undefined : await selectEnrollmentState(db, course.id, viewer.userId, now)
  return hideFromStrangers({ course, standing, enrollment }, name)
}

/**
 * Locks a course that `caller` is about to change. 404 when he may not know of it, 403 when he may but has not the
 * right.
 */
export async function lockCourseFor(
  tx: Executor,
  caller: Principal,
  courseId: string,
  right: CourseRight,
): Promise<CourseRow> {
  const course = await lockCourse(tx, courseId)
  if (!course) throw courseNotFound({ course: courseId })
  await requireStanding(tx, caller, course, right)
  return course
}

/** Refuses a caller without `right` in this course: 404 when he may not know of it, else 403. */
export async function requireCourseRight(
  db: Executor,
  caller: Principal,
  courseId: string,
  right: CourseRight,
): Promise<CourseRow> {
  const course = await selectCourse(db, courseId)
  if (!course) throw courseNotFound({ course: courseId })
  await requireStanding(db, caller, course, right)
  return course
}

async function requireStanding(db: Executor, caller: Principal, course: CourseRow, right: CourseRight): Promise<void> {
  const standing = standingOf(caller, await selectStaffRole(db, course.id, caller.userId))
  if (may(standing, right)) return
  const enrollment = standing ? undefined : await selectEnrollmentState(db, course.id, caller.userId, new Date(0))
  hideFromStrangers({ course, standing, enrollment }, course.id)
  throw notAllowed({ needs: whoMay(right) })
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

/** Hides a part of a hidden course under its own name: the id of the course would tell that it exists. */
export async function insteadOfCourseNotFound<T>(work: Promise<T>, refuse: () => Error): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === courseNotFound.code) throw refuse()
    throw error
  }
}
