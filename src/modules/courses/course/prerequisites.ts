import type { Kysely } from 'kysely'
import type { Principal } from '#modules/auth/index.ts'
import { invalidRequest } from '#platform/http/problems.ts'
import type { Database } from '../../../database.ts'
import { may, standingOf } from '../access/rights.ts'
import { prerequisiteCycle } from '../problems.ts'
import {
  deleteCoursePrerequisites,
  insertCoursePrerequisites,
  requiresCourse,
  selectCoursePrerequisiteIds,
  selectStatusesWithStaffRole,
} from './prerequisite-queries.ts'

type Executor = Kysely<Database>

/**
 * Makes `ids` the prerequisites of the course. The caller holds the lock on the table of prerequisites: two courses
 * that require each other at the same moment would both look innocent.
 */
export async function replacePrerequisites(
  tx: Executor,
  by: Principal,
  courseId: string,
  ids: readonly string[],
): Promise<void> {
  const present = await selectCoursePrerequisiteIds(tx, courseId)
  const added = ids.filter((id) => !present.includes(id))
  await refuseUnknown(tx, by, ids, added)
  if (ids.includes(courseId) || (await requiresCourse(tx, added, courseId))) throw prerequisiteCycle()
  const removed = present.filter((id) => !ids.includes(id))
  if (removed.length > 0) await deleteCoursePrerequisites(tx, courseId, removed)
  if (added.length > 0) await insertCoursePrerequisites(tx, courseId, added)
}

/** Only courses that the caller may know of; one that is a prerequisite already may be archived by now. */
async function refuseUnknown(
  tx: Executor,
  by: Principal,
  ids: readonly string[],
  added: readonly string[],
): Promise<void> {
  if (added.length === 0) return
  const rows = await selectStatusesWithStaffRole(tx, added, by.userId)
  const known = rows
    .filter(({ status, staff_role }) => status === 'published' || may(standingOf(by, staff_role), 'read-drafts'))
    .map((row) => row.id)
  const errors = added
    .filter((id) => !known.includes(id))
    .map((id) => ({ pointer: `/body/prerequisiteIds/${ids.indexOf(id)}`, message: 'is no course that you can see' }))
  if (errors.length > 0) throw invalidRequest({ errors })
}
