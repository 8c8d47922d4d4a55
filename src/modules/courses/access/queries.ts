import type { Kysely, Selectable } from 'kysely'
import { lockRow } from '#platform/database/dialect.ts'
import type { Database } from '../../../database.ts'
import type { CoursesDatabase } from '../tables.ts'
import type { StaffRole } from './rights.ts'

type Executor = Kysely<Database>
export type CourseRow = Selectable<CoursesDatabase['course']>

export function selectCourse(db: Executor, id: string): Promise<CourseRow | undefined> {
  return db.selectFrom('course').selectAll().where('id', '=', id).executeTakeFirst()
}

export function selectCourseBySlug(db: Executor, slug: string): Promise<CourseRow | undefined> {
  return db.selectFrom('course').selectAll().where('slug', '=', slug).executeTakeFirst()
}

/** The course, and nobody else changes it or its outline until the transaction ends. */
export function lockCourse(tx: Executor, id: string): Promise<CourseRow | undefined> {
  return lockRow(tx, tx.selectFrom('course').selectAll().where('id', '=', id)).executeTakeFirst()
}

export async function selectStaffRole(db: Executor, courseId: string, userId: string): Promise<StaffRole | undefined> {
  const row = await db
    .selectFrom('course_staff')
    .select('staff_role')
    .where('course_id', '=', courseId)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return row?.staff_role
}

export interface EnrollmentState {
  readonly id: string
  readonly enrolled_at: string
  /** Neither withdrawn nor past its end. */
  readonly isActive: boolean
}

/** The one enrollment of this person in this course, past ones included. */
export async function selectEnrollmentState(
  db: Executor,
  courseId: string,
  userId: string,
  now: Date,
): Promise<EnrollmentState | undefined> {
  const row = await db
    .selectFrom('enrollment')
    .select(['id', 'enrolled_at', 'status', 'expires_at'])
    .where('course_id', '=', courseId)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  if (!row) return undefined
  const isActive = row.status === 'active' && (row.expires_at === null || row.expires_at > now.toISOString())
  return { id: row.id, enrolled_at: row.enrolled_at, isActive }
}
