import type { Kysely } from 'kysely'
import type { FileUse } from '#modules/files/index.ts'
import type { Database } from '../../../database.ts'

/**
 * What is handed in is for its student, who owns it, for his group, and for the staff, whose course it becomes part of. Feedback is
 * also for the student whose submission it belongs to, once its grade is released.
 */
export const submissionFiles: FileUse = {
  async mayRead(db, viewer, fileId) {
    const row = await db
      .selectFrom('feedback_file')
      .innerJoin('submission', 'submission.id', 'feedback_file.submission_id')
      .innerJoin('enrollment', 'enrollment.id', 'submission.enrollment_id')
      .select('submission.id')
      .where('feedback_file.file_id', '=', fileId)
      .where('enrollment.user_id', '=', viewer.userId)
      .where('submission.released_at', 'is not', null)
      .executeTakeFirst()
    return row !== undefined || (await isMemberOfUse(db, viewer.userId, fileId))
  },

  async lessonsUsing(db, fileId) {
    const handedIn = db
      .selectFrom('submission_file')
      .innerJoin('submission', 'submission.id', 'submission_file.submission_id')
      .select('submission.lesson_id')
      .where('submission_file.file_id', '=', fileId)
    const feedback = db
      .selectFrom('feedback_file')
      .innerJoin('submission', 'submission.id', 'feedback_file.submission_id')
      .select('submission.lesson_id')
      .where('feedback_file.file_id', '=', fileId)
    const rows = await handedIn.union(feedback).execute()
    return rows.map((row) => row.lesson_id)
  },
}

/** Whether the file was handed in for this person, by himself or by somebody of his group. */
async function isMemberOfUse(db: Kysely<Database>, userId: string, fileId: string): Promise<boolean> {
  const row = await db
    .selectFrom('submission_file')
    .innerJoin('submission', 'submission.id', 'submission_file.submission_id')
    .innerJoin('enrollment', 'enrollment.id', 'submission.enrollment_id')
    .select('submission.id')
    .where('submission_file.file_id', '=', fileId)
    .where('enrollment.user_id', '=', userId)
    .executeTakeFirst()
  return row !== undefined
}
