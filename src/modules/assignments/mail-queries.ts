import type { Kysely } from 'kysely'
import type { Database } from '../../database.ts'
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
