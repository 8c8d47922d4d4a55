import type { Kysely } from 'kysely'
import type { Principal } from '#modules/auth/index.ts'
import type { Database } from '../../../database.ts'
import { insteadOfCourseNotFound, lockCourseFor } from '../access/access.ts'
import type { CourseRow } from '../access/queries.ts'
import type { CourseRight } from '../access/rights.ts'
import { moduleNotFound } from '../problems.ts'
import { type ModuleRow, selectModule } from './queries.ts'

/**
 * A module and its course, which stays locked: whoever changes an outline is alone with it. 404 names the module, also
 * when it is the course that hides.
 */
export async function lockModuleFor(
  tx: Kysely<Database>,
  by: Principal,
  moduleId: string,
  right: CourseRight,
): Promise<{ module: ModuleRow; course: CourseRow }> {
  const found = await selectModule(tx, moduleId)
  if (!found) throw moduleNotFound({ moduleId })
  const course = await insteadOfCourseNotFound(lockCourseFor(tx, by, found.course_id, right), () =>
    moduleNotFound({ moduleId }),
  )
  // What was read before the lock may be gone.
  const module = await selectModule(tx, moduleId)
  if (!module) throw moduleNotFound({ moduleId })
  return { module, course }
}
