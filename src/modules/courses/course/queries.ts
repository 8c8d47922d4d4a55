import { type Insertable, type Kysely, sql, type Updateable } from 'kysely'
import type { Database } from '../../../database.ts'
import type { CourseRow } from '../access/queries.ts'
import type { CoursesDatabase } from '../tables.ts'

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
  const prerequisites = await db
    .selectFrom('course_prerequisite')
    .select('required_course_id')
    .where('course_id', '=', courseId)
    .orderBy('required_course_id')
    .execute()
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
    prerequisiteIds: prerequisites.map((row) => row.required_course_id),
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
