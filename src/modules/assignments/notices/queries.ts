import type { Kysely } from 'kysely'
import type { Database } from '../../../database.ts'
import type { AssignmentRow } from '../assignment/queries.ts'
import type { SubmissionMail } from './mails.ts'

type Executor = Kysely<Database>

/** Whom a mail about a submission goes to and what it names. No name until the address is verified. */
export async function selectSubmissionMail(
  db: Executor,
  submissionId: string,
): Promise<{ readonly email: string; readonly isReleased: boolean; readonly mail: SubmissionMail } | undefined> {
  const row = await db
    .selectFrom('submission')
    .innerJoin('enrollment', 'enrollment.id', 'submission.enrollment_id')
    .innerJoin('user_account', 'user_account.id', 'enrollment.user_id')
    .innerJoin('lesson', 'lesson.id', 'submission.lesson_id')
    .innerJoin('course', 'course.id', 'submission.course_id')
    .select([
      'user_account.email',
      'user_account.full_name',
      'user_account.email_verified_at',
      'lesson.title',
      'course.title as course_title',
      'submission.lesson_id',
      'submission.released_at',
    ])
    .where('submission.id', '=', submissionId)
    .executeTakeFirst()
  if (!row) return undefined
  const fullName = row.email_verified_at === null ? null : row.full_name
  const mail = { fullName, title: row.title, courseTitle: row.course_title, lessonId: row.lesson_id }
  return { email: row.email, isReleased: row.released_at !== null, mail }
}

/**
 * Published assignments that may be due for somebody between two instants: those that are due then for everybody, and
 * those that were due before, where somebody was granted more time.
 */
export function selectDueAssignments(db: Executor, from: string, until: string): Promise<AssignmentRow[]> {
  return db
    .selectFrom('assignment')
    .innerJoin('lesson', 'lesson.id', 'assignment.lesson_id')
    .innerJoin('course', 'course.id', 'assignment.course_id')
    .selectAll('assignment')
    .where('lesson.status', '=', 'published')
    .where('course.status', '!=', 'draft')
    .where('assignment.due_at', '<=', until)
    .where((eb) =>
      eb.or([
        eb('assignment.due_at', '>', from),
        eb.exists(
          eb
            .selectFrom('accommodation')
            .select('accommodation.id')
            .whereRef('accommodation.course_id', '=', 'assignment.course_id')
            .where((inner) =>
              inner.or([
                inner('accommodation.lesson_id', 'is', null),
                inner('accommodation.lesson_id', '=', inner.ref('assignment.lesson_id')),
              ]),
            )
            .where((inner) =>
              inner.or([inner('accommodation.extra_days', '>', 0), inner('accommodation.due', 'is not', null)]),
            ),
        ),
      ]),
    )
    .orderBy('assignment.lesson_id')
    .execute()
}

export interface Unreminded {
  readonly enrollment_id: string
  readonly user_id: string
}

/** The next active students who have neither handed in nor been reminded, by enrollment. */
export function selectUnreminded(
  db: Executor,
  { lesson_id, course_id }: AssignmentRow,
  { at, after, limit }: { readonly at: string; readonly after: string; readonly limit: number },
): Promise<Unreminded[]> {
  return db
    .selectFrom('enrollment')
    .leftJoin('submission', (join) =>
      join.onRef('submission.enrollment_id', '=', 'enrollment.id').on('submission.lesson_id', '=', lesson_id),
    )
    .leftJoin('assignment_reminder', (join) =>
      join
        .onRef('assignment_reminder.enrollment_id', '=', 'enrollment.id')
        .on('assignment_reminder.lesson_id', '=', lesson_id),
    )
    .select(['enrollment.id as enrollment_id', 'enrollment.user_id'])
    .where('enrollment.course_id', '=', course_id)
    .where('enrollment.status', '=', 'active')
    .where((eb) => eb.or([eb('enrollment.expires_at', 'is', null), eb('enrollment.expires_at', '>', at)]))
    .where('submission.id', 'is', null)
    .where('assignment_reminder.reminded_at', 'is', null)
    .where('enrollment.id', '>', after)
    .orderBy('enrollment.id')
    .limit(limit)
    .execute()
}

/** Marks students as reminded; returns those who were not yet. */
export async function insertReminders(
  tx: Executor,
  lessonId: string,
  enrollmentIds: readonly string[],
  at: string,
): Promise<Set<string>> {
  if (enrollmentIds.length === 0) return new Set()
  const rows = await tx
    .insertInto('assignment_reminder')
    .values(enrollmentIds.map((enrollment_id) => ({ lesson_id: lessonId, enrollment_id, reminded_at: at })))
    .onConflict((conflict) => conflict.doNothing())
    .returning('enrollment_id')
    .execute()
  return new Set(rows.map((row) => row.enrollment_id))
}

/** Whom a reminder goes to; undefined when it is not needed any more. */
export async function selectReminderMail(db: Executor, lessonId: string, enrollmentId: string) {
  const row = await db
    .selectFrom('enrollment')
    .innerJoin('user_account', 'user_account.id', 'enrollment.user_id')
    .innerJoin('course', 'course.id', 'enrollment.course_id')
    .innerJoin('assignment', 'assignment.course_id', 'course.id')
    .innerJoin('lesson', 'lesson.id', 'assignment.lesson_id')
    .leftJoin('submission', (join) =>
      join
        .onRef('submission.enrollment_id', '=', 'enrollment.id')
        .onRef('submission.lesson_id', '=', 'assignment.lesson_id'),
    )
    .select([
      'user_account.email',
      'user_account.full_name',
      'user_account.email_verified_at',
      'lesson.title',
      'course.title as course_title',
      'assignment.time_zone',
    ])
    .where('enrollment.id', '=', enrollmentId)
    .where('enrollment.status', '=', 'active')
    .where('assignment.lesson_id', '=', lessonId)
    .where('lesson.status', '=', 'published')
    .where('submission.id', 'is', null)
    .executeTakeFirst()
  if (!row) return undefined
  const fullName = row.email_verified_at === null ? null : row.full_name
  const mail = { fullName, title: row.title, courseTitle: row.course_title, lessonId }
  return { email: row.email, timeZone: row.time_zone, mail }
}

/** The active staff of courses in which something waits to be graded. */
export async function selectGradersWithWork(db: Executor): Promise<string[]> {
  const rows = await db
    .selectFrom('course_staff')
    .innerJoin('user_account', 'user_account.id', 'course_staff.user_id')
    .select('course_staff.user_id')
    .distinct()
    .where('user_account.status', '=', 'active')
    .where('course_staff.course_id', 'in', (eb) =>
      eb.selectFrom('submission').select('submission.course_id').where('submission.is_waiting', '=', true),
    )
    .orderBy('course_staff.user_id')
    .execute()
  return rows.map((row) => row.user_id)
}

/** What waits in the courses of one grader, by course. */
export function selectWaitingOf(db: Executor, userId: string): Promise<{ title: string; waiting: number }[]> {
  return db
    .selectFrom('course_staff')
    .innerJoin('course', 'course.id', 'course_staff.course_id')
    .innerJoin('submission', 'submission.course_id', 'course.id')
    .select((eb) => ['course.title', eb.fn.countAll<number>().as('waiting')])
    .where('course_staff.user_id', '=', userId)
    .where('submission.is_waiting', '=', true)
    .groupBy(['course.id', 'course.title'])
    .orderBy('course.title')
    .execute()
}

/** An active account that a mail goes to. */
export async function selectRecipient(db: Executor, userId: string) {
  const row = await db
    .selectFrom('user_account')
    .select(['email', 'full_name', 'email_verified_at'])
    .where('id', '=', userId)
    .where('status', '=', 'active')
    .executeTakeFirst()
  return row && { email: row.email, fullName: row.email_verified_at === null ? null : row.full_name }
}
