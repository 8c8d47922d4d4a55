import type { Kysely } from 'kysely'
import type { Database } from '../../../database.ts'
import type { CourseRow } from '../access/queries.ts'
import type { StaffRole } from '../access/rights.ts'

type Executor = Kysely<Database>

export async function selectCoursePrerequisiteIds(db: Executor, courseId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('course_prerequisite')
    .select('required_course_id')
    .where('course_id', '=', courseId)
    .orderBy('required_course_id')
    .execute()
  return rows.map((row) => row.required_course_id)
}

export async function insertCoursePrerequisites(tx: Executor, courseId: string, ids: readonly string[]): Promise<void> {
  await tx
    .insertInto('course_prerequisite')
    .values(ids.map((id) => ({ course_id: courseId, required_course_id: id })))
    .execute()
}

export async function deleteCoursePrerequisites(tx: Executor, courseId: string, ids: readonly string[]): Promise<void> {
  await tx
    .deleteFrom('course_prerequisite')
    .where('course_id', '=', courseId)
    .where('required_course_id', 'in', ids)
    .execute()
}

export async function countRequiringCourses(db: Executor, courseId: string): Promise<number> {
  const { count } = await db
    .selectFrom('course_prerequisite')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('required_course_id', '=', courseId)
    .executeTakeFirstOrThrow()
  return count
}

/** True when one of `ids` requires the course, directly or through others. */
export async function requiresCourse(db: Executor, ids: readonly string[], courseId: string): Promise<boolean> {
  if (ids.length === 0) return false
  const row = await db
    .withRecursive('reached', (cte) =>
      cte
        .selectFrom('course_prerequisite')
        .select('required_course_id as id')
        .where('course_id', 'in', ids)
        .union(
          cte
            .selectFrom('course_prerequisite')
            .innerJoin('reached', 'reached.id', 'course_prerequisite.course_id')
            .select('course_prerequisite.required_course_id as id'),
        ),
    )
    .selectFrom('reached')
    .select('id')
    .where('id', '=', courseId)
    .executeTakeFirst()
  return row !== undefined
}

export async function selectStatusesWithStaffRole(
  db: Executor,
  ids: readonly string[],
  userId: string,
): Promise<{ id: string; status: CourseRow['status']; staff_role: StaffRole | undefined }[]> {
  const rows = await db
    .selectFrom('course')
    .leftJoin('course_staff', (join) =>
      join.onRef('course_staff.course_id', '=', 'course.id').on('course_staff.user_id', '=', userId),
    )
    .select(['course.id', 'course.status', 'course_staff.staff_role'])
    .where('course.id', 'in', ids)
    .execute()
  return rows.map(({ staff_role, ...row }) => ({ ...row, staff_role: staff_role ?? undefined }))
}
