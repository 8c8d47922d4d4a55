import { type Insertable, type Kysely, sql } from 'kysely'
import type { Database } from '../../../database.ts'
import type { StaffRole } from '../access/rights.ts'
import type { CoursesDatabase } from '../tables.ts'

type Executor = Kysely<Database>

/** Puts a person on the staff; fails on the primary key when he is there already. */
export async function insertStaff(tx: Executor, values: Insertable<CoursesDatabase['course_staff']>): Promise<void> {
  await tx.insertInto('course_staff').values(values).execute()
}

export async function updateStaffRole(
  tx: Executor,
  courseId: string,
  userId: string,
  staffRole: StaffRole,
): Promise<void> {
  await tx
    .updateTable('course_staff')
    .set({ staff_role: staffRole })
    .where('course_id', '=', courseId)
    .where('user_id', '=', userId)
    .execute()
}

export async function deleteStaff(tx: Executor, courseId: string, userId: string): Promise<void> {
  await tx.deleteFrom('course_staff').where('course_id', '=', courseId).where('user_id', '=', userId).execute()
}

/** The staff of a course with names: the owner first, then as they came. */
export function selectStaff(db: Executor, courseId: string) {
  return db
    .selectFrom('course_staff')
    .innerJoin('user_account', 'user_account.id', 'course_staff.user_id')
    .select([
      'course_staff.user_id',
      'course_staff.staff_role',
      'course_staff.added_at',
      'user_account.full_name',
      'user_account.email',
      'user_account.role',
      'user_account.status',
    ])
    .where('course_staff.course_id', '=', courseId)
    .orderBy(sql`case course_staff.staff_role when 'owner' then 0 else 1 end`)
    .orderBy('course_staff.added_at')
    .orderBy('course_staff.user_id')
    .execute()
}
