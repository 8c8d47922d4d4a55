import type { Kysely, Selectable } from 'kysely'
import { lockRow, shareRow } from '#platform/database/dialect.ts'
import type { Database } from '../../../database.ts'
import type { CoursesDatabase } from '../tables.ts'
import type { StaffRole } from './rights.ts'

type Executor = Kysely<Database>
export type CourseRow = Selectable<CoursesDatabase['course']>

export function selectCourse(db: Executor, id: string): Promise<CourseRow | undefined> {
  return db.selectFrom('course').selectAll().where('id', '=', id).executeTakeFirst()
}

/** The course, and nobody else changes it or its outline until the transaction ends. */
export function lockCourse(tx: Executor, id: string): Promise<CourseRow | undefined> {
  return lockRow(tx, tx.selectFrom('course').selectAll().where('id', '=', id)).executeTakeFirst()
}

/**
 * Keeps the course from being locked until the transaction ends; others may share it. For work below a course that locks
 * enrollments: call it before them, since what refers to the course would else wait for it while it holds them.
 */
export async function shareCourse(tx: Executor, id: string): Promise<void> {
  await shareRow(tx, tx.selectFrom('course').select('id').where('id', '=', id)).execute()
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

/** How a request names a course. */
export type CourseName = { readonly id: string } | { readonly slug: string }

export interface CourseRelation {
  readonly course: CourseRow
  readonly staffRole: StaffRole | undefined
  /** The one enrollment of this person in this course, past ones included. */
  readonly enrollment: EnrollmentState | undefined
}

/** A course by id or slug, with what the person is in it; null: a visitor. */
export async function selectCourseRelation(
  db: Executor,
  by: CourseName,
  userId: string | null,
  now: Date,
): Promise<CourseRelation | undefined> {
  const row = await db
    .selectFrom('course')
    .leftJoin('course_staff', (join) =>
      join.onRef('course_staff.course_id', '=', 'course.id').on('course_staff.user_id', '=', userId),
    )
    .leftJoin('enrollment', (join) =>
      join.onRef('enrollment.course_id', '=', 'course.id').on('enrollment.user_id', '=', userId),
    )
    .selectAll('course')
    .select([
      'course_staff.staff_role as relation_staff_role',
      'enrollment.id as enrollment_id',
      'enrollment.enrolled_at as enrollment_enrolled_at',
      'enrollment.status as enrollment_status',
      'enrollment.expires_at as enrollment_expires_at',
    ])
    .where('id' in by ? 'course.id' : 'course.slug', '=', 'id' in by ? by.id : by.slug)
    .executeTakeFirst()
  if (!row) return undefined
  const {
    relation_staff_role,
    enrollment_id,
    enrollment_enrolled_at,
    enrollment_status,
    enrollment_expires_at,
    ...course
  } = row
  const isActive =
    enrollment_status === 'active' && (enrollment_expires_at === null || enrollment_expires_at > now.toISOString())
  return {
    course,
    staffRole: relation_staff_role ?? undefined,
    enrollment:
      enrollment_id === null || enrollment_enrolled_at === null
        ? undefined
        : { id: enrollment_id, enrolled_at: enrollment_enrolled_at, isActive },
  }
}
