import { type Insertable, type Kysely, sql, type Updateable } from 'kysely'
import type { Database } from '../../../database.ts'
import type { CourseRow } from '../access/queries.ts'
import { deleteSearchWords } from '../search/queries.ts'
import type { CoursesDatabase } from '../tables.ts'
import { selectCoursePrerequisiteIds } from './prerequisite-queries.ts'

type Executor = Kysely<Database>

export function insertCourse(tx: Executor, values: Insertable<CoursesDatabase['course']>): Promise<CourseRow> {
  return tx.insertInto('course').values(values).returningAll().executeTakeFirstOrThrow()
}

/** Changes the course and counts its version up. */
export function updateCourse(
  tx: Executor,
  id: string,
  changes: Updateable<CoursesDatabase['course']> & { updated_at: string },
): Promise<CourseRow> {
  return tx
    .updateTable('course')
    .set((eb) => ({ ...changes, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** What the representation of a course needs beside its row. */
export interface CourseDetails {
  readonly prerequisiteIds: readonly string[]
  readonly instructors: readonly { userId: string; fullName: string }[]
  readonly lessonCount: number
}

export async function selectCourseDetails(db: Executor, courseId: string): Promise<CourseDetails> {
  const instructors = await db
    .selectFrom('course_staff')
    .innerJoin('user_account', 'user_account.id', 'course_staff.user_id')
    .select(['user_account.id as userId', 'user_account.full_name as fullName'])
    .where('course_staff.course_id', '=', courseId)
    .where('course_staff.staff_role', 'in', ['owner', 'co-instructor'])
    .orderBy(sql`case course_staff.staff_role when 'owner' then 0 else 1 end`)
    .orderBy('course_staff.added_at')
    .orderBy('user_account.id')
    .execute()
  return {
    prerequisiteIds: await selectCoursePrerequisiteIds(db, courseId),
    instructors,
    lessonCount: await countPublishedLessons(db, courseId),
  }
}

export async function countPublishedLessons(db: Executor, courseId: string): Promise<number> {
  const { count } = await db
    .selectFrom('lesson')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('course_id', '=', courseId)
    .where('status', '=', 'published')
    .executeTakeFirstOrThrow()
  return count
}

/** Past ones included. */
export async function countEnrollments(db: Executor, courseId: string): Promise<number> {
  const { count } = await db
    .selectFrom('enrollment')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('course_id', '=', courseId)
    .executeTakeFirstOrThrow()
  return count
}

/** Enrollments that take a seat at this moment. */
export async function countActiveEnrollments(db: Executor, courseId: string, now: Date): Promise<number> {
  const { count } = await db
    .selectFrom('enrollment')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('course_id', '=', courseId)
    .where('status', '=', 'active')
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now.toISOString())]))
    .executeTakeFirstOrThrow()
  return count
}

/** Deletes the course and all that this module keeps of it; fails on a foreign key when others refer to it. */
export async function deleteCourseWithParts(tx: Executor, courseId: string): Promise<void> {
  await tx
    .deleteFrom('lesson_prerequisite')
    .where('lesson_id', 'in', (eb) => eb.selectFrom('lesson').select('id').where('course_id', '=', courseId))
    .execute()
  await tx.deleteFrom('lesson').where('course_id', '=', courseId).execute()
  await tx.deleteFrom('course_module').where('course_id', '=', courseId).execute()
  await tx.deleteFrom('course_prerequisite').where('course_id', '=', courseId).execute()
  await tx.deleteFrom('course_staff').where('course_id', '=', courseId).execute()
  await deleteSearchWords(tx, courseId)
  await tx.deleteFrom('course').where('id', '=', courseId).execute()
}
