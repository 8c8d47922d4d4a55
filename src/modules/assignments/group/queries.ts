import type { Kysely } from 'kysely'
import type { Database } from '../../../database.ts'

type Executor = Kysely<Database>

export interface GroupMember {
  readonly group_id: string
  readonly group_title: string
  readonly enrollment_id: string
  readonly user_id: string
  readonly full_name: string
}

/** The members of the groups of an assignment, or of one of them, by group title and name. */
export function selectGroupMembers(db: Executor, lessonId: string, groupId?: string): Promise<GroupMember[]> {
  let query = db
    .selectFrom('assignment_group_member')
    .innerJoin('assignment_group', 'assignment_group.id', 'assignment_group_member.group_id')
    .innerJoin('enrollment', 'enrollment.id', 'assignment_group_member.enrollment_id')
    .innerJoin('user_account', 'user_account.id', 'enrollment.user_id')
    .select([
      'assignment_group.id as group_id',
      'assignment_group.title as group_title',
      'enrollment.id as enrollment_id',
      'enrollment.user_id',
      'user_account.full_name',
    ])
    .where('assignment_group_member.lesson_id', '=', lessonId)
  if (groupId !== undefined) query = query.where('assignment_group.id', '=', groupId)
  return query.orderBy('assignment_group.title').orderBy('assignment_group.id').orderBy('full_name').execute()
}

/** The group of one student for an assignment; undefined: he works alone. */
export async function selectGroupOf(db: Executor, lessonId: string, userId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('assignment_group_member')
    .innerJoin('enrollment', 'enrollment.id', 'assignment_group_member.enrollment_id')
    .select('assignment_group_member.group_id')
    .where('assignment_group_member.lesson_id', '=', lessonId)
    .where('enrollment.user_id', '=', userId)
    .executeTakeFirst()
  return row?.group_id
}

export async function selectGroupIds(db: Executor, lessonId: string): Promise<string[]> {
  const rows = await db.selectFrom('assignment_group').select('id').where('lesson_id', '=', lessonId).execute()
  return rows.map((row) => row.id)
}

export interface StoredGroup {
  readonly id: string
  readonly title: string
  readonly enrollmentIds: readonly string[]
}

/** Makes these the groups of the assignment, instead of those there were. */
export async function replaceGroups(tx: Executor, lessonId: string, groups: readonly StoredGroup[]): Promise<void> {
  await tx.deleteFrom('assignment_group_member').where('lesson_id', '=', lessonId).execute()
  await tx.deleteFrom('assignment_group').where('lesson_id', '=', lessonId).execute()
  if (groups.length === 0) return
  await tx
    .insertInto('assignment_group')
    .values(groups.map(({ id, title }) => ({ id, lesson_id: lessonId, title })))
    .execute()
  const members = groups.flatMap(({ id, enrollmentIds }) =>
    enrollmentIds.map((enrollment_id) => ({ group_id: id, lesson_id: lessonId, enrollment_id })),
  )
  await tx.insertInto('assignment_group_member').values(members).execute()
}

/** The enrollments of these people in a course, whatever their state. */
export function selectEnrollmentsOf(db: Executor, courseId: string, userIds: readonly string[]) {
  if (userIds.length === 0) return Promise.resolve([])
  return db
    .selectFrom('enrollment')
    .select(['id', 'user_id'])
    .where('course_id', '=', courseId)
    .where('user_id', 'in', userIds)
    .execute()
}
