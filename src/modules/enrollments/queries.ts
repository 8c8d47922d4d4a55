import type { Insertable, Kysely, Updateable } from 'kysely'
import { lockRow } from '#platform/database/dialect.ts'
import { prepared } from '#platform/database/prepared.ts'
import type { Database } from '../../database.ts'
import type { EnrollmentRow } from './as-of.ts'
import type { MissingCourse } from './problems.ts'
import type { EnrollmentsDatabase } from './tables.ts'

type Executor = Kysely<Database>

const enrollmentById = prepared((db: Executor, { id }: { id: string }) =>
  db.selectFrom('enrollment').selectAll().where('id', '=', id),
)

export async function selectEnrollment(db: Executor, id: string): Promise<EnrollmentRow | undefined> {
  return (await enrollmentById(db, { id }))[0]
}

const lockedEnrollmentById = prepared((tx: Executor, { id }: { id: string }) =>
  lockRow(tx, tx.selectFrom('enrollment').selectAll().where('id', '=', id)),
)

/**
 * The enrollment, and nobody else changes it or its progress until the transaction ends. Always locked before
 * anything of its progress, and after its course, so that no two transactions wait for each other.
 */
export async function lockEnrollment(tx: Executor, id: string): Promise<EnrollmentRow | undefined> {
  return (await lockedEnrollmentById(tx, { id }))[0]
}

export function selectEnrollmentOf(db: Executor, courseId: string, userId: string): Promise<EnrollmentRow | undefined> {
  return db
    .selectFrom('enrollment')
    .selectAll()
    .where('course_id', '=', courseId)
    .where('user_id', '=', userId)
    .executeTakeFirst()
}

/** Locks what there is of these people's enrollments in one course, in an order that is the same for everybody. */
export function lockEnrollmentsOf(tx: Executor, courseId: string, userIds: readonly string[]) {
  const query = tx
    .selectFrom('enrollment')
    .selectAll()
    .where('course_id', '=', courseId)
    .where('user_id', 'in', userIds)
    .orderBy('user_id')
  return lockRow(tx, query).execute()
}

/** Locks the next enrollments of a course, in the same order. */
export function lockEnrollmentBatch(tx: Executor, courseId: string, afterUserId: string, limit: number) {
  const query = tx
    .selectFrom('enrollment')
    .select(['id', 'user_id'])
    .where('course_id', '=', courseId)
    .where('user_id', '>', afterUserId)
    .orderBy('user_id')
    .limit(limit)
  return lockRow(tx, query).execute()
}

/** Seats that are taken at `at`. Exact while the caller holds the lock on the course. */
export async function countActiveEnrollments(db: Executor, courseId: string, at: string): Promise<number> {
  const { count } = await db
    .selectFrom('enrollment')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('course_id', '=', courseId)
    .where('status', '=', 'active')
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', at)]))
    .executeTakeFirstOrThrow()
  return count
}

export function insertEnrollments(
  tx: Executor,
  values: readonly Insertable<EnrollmentsDatabase['enrollment']>[],
): Promise<EnrollmentRow[]> {
  return tx.insertInto('enrollment').values(values).returningAll().execute()
}

/** Changes enrollments and counts their versions up. */
export function updateEnrollments(
  tx: Executor,
  ids: readonly string[],
  changes: Updateable<EnrollmentsDatabase['enrollment']>,
): Promise<EnrollmentRow[]> {
  return tx
    .updateTable('enrollment')
    .set((eb) => ({ ...changes, version: eb('version', '+', 1) }))
    .where('id', 'in', ids)
    .returningAll()
    .execute()
}

export async function insertEnrollmentEvents(
  tx: Executor,
  values: readonly Insertable<EnrollmentsDatabase['enrollment_event']>[],
): Promise<void> {
  await tx.insertInto('enrollment_event').values(values).execute()
}

/** Who ended the enrollment last; undefined when nobody did. */
export async function selectLastWithdrawer(db: Executor, enrollmentId: string): Promise<string | null | undefined> {
  const row = await db
    .selectFrom('enrollment_event')
    .select('actor_id')
    .where('enrollment_id', '=', enrollmentId)
    .where('event', '=', 'withdrawn')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.actor_id
}

/** The courses that `courseId` requires and that this person has not completed, in whatever state they are. */
export function selectMissingPrerequisites(db: Executor, courseId: string, userId: string): Promise<MissingCourse[]> {
  return db
    .selectFrom('course_prerequisite')
    .innerJoin('course', 'course.id', 'course_prerequisite.required_course_id')
    .leftJoin('enrollment', (join) =>
      join.onRef('enrollment.course_id', '=', 'course.id').on('enrollment.user_id', '=', userId),
    )
    .leftJoin('course_progress', 'course_progress.enrollment_id', 'enrollment.id')
    .select(['course.id as courseId', 'course.slug', 'course.title'])
    .where('course_prerequisite.course_id', '=', courseId)
    .where('course_progress.completed_at', 'is', null)
    .orderBy('course.title')
    .execute()
}

/** Accounts by id or mail address (normalized). */
export function selectPeople(db: Executor, { ids, emails }: { ids: readonly string[]; emails: readonly string[] }) {
  return db
    .selectFrom('user_account')
    .select(['id', 'email', 'role', 'status'])
    .where((eb) =>
      eb.or([...(ids.length ? [eb('id', 'in', ids)] : []), ...(emails.length ? [eb('email', 'in', emails)] : [])]),
    )
    .execute()
}

/**
 * What a mail to the student of an enrollment says. No name until the address is verified: whoever registered it could
 * else send a text of his own to a stranger.
 */
export async function selectStudentMail(db: Executor, enrollmentId: string) {
  const row = await db
    .selectFrom('enrollment')
    .innerJoin('course', 'course.id', 'enrollment.course_id')
    .innerJoin('user_account', 'user_account.id', 'enrollment.user_id')
    .select([
      'enrollment.status',
      'enrollment.expires_at as expiresAt',
      'course.title as courseTitle',
      'course.slug as courseSlug',
      'user_account.email',
      'user_account.full_name',
      'user_account.email_verified_at',
    ])
    .where('enrollment.id', '=', enrollmentId)
    .executeTakeFirst()
  if (!row) return undefined
  const { full_name, email_verified_at, ...mail } = row
  return { ...mail, fullName: email_verified_at === null ? null : full_name }
}
