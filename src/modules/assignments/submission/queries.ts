import type { Insertable, Kysely, Selectable, Updateable } from 'kysely'
import { lockRow } from '#platform/database/dialect.ts'
import type { Database } from '../../../database.ts'
import type { AssignmentsDatabase } from '../tables.ts'

type Executor = Kysely<Database>
export type SubmissionRow = Selectable<AssignmentsDatabase['submission']>
export type VersionRow = Selectable<AssignmentsDatabase['submission_version']>

/** A submission with its student. */
export type SignedSubmission = SubmissionRow & { user_id: string; full_name: string }

export function signedSubmissions(db: Executor) {
  return db
    .selectFrom('submission')
    .innerJoin('enrollment', 'enrollment.id', 'submission.enrollment_id')
    .innerJoin('user_account', 'user_account.id', 'enrollment.user_id')
    .selectAll('submission')
    .select(['enrollment.user_id', 'user_account.full_name'])
}

export function selectSubmission(db: Executor, id: string): Promise<SignedSubmission | undefined> {
  return signedSubmissions(db).where('submission.id', '=', id).executeTakeFirst()
}

export function selectSubmissionOf(
  db: Executor,
  lessonId: string,
  userId: string,
): Promise<SignedSubmission | undefined> {
  return signedSubmissions(db)
    .where('submission.lesson_id', '=', lessonId)
    .where('enrollment.user_id', '=', userId)
    .executeTakeFirst()
}

/** What was handed in for one group, each member's own. */
export function selectGroupSubmissions(db: Executor, lessonId: string, groupId: string): Promise<SignedSubmission[]> {
  return signedSubmissions(db)
    .where('submission.lesson_id', '=', lessonId)
    .where('submission.group_id', '=', groupId)
    .orderBy('submission.id')
    .execute()
}

/** The submission, and nobody else changes it until the transaction ends. Lock its enrollment before. */
export function lockSubmission(tx: Executor, id: string): Promise<SubmissionRow | undefined> {
  return lockRow(tx, tx.selectFrom('submission').selectAll().where('id', '=', id)).executeTakeFirst()
}

export function lockSubmissionOfEnrollment(
  tx: Executor,
  lessonId: string,
  enrollmentId: string,
): Promise<SubmissionRow | undefined> {
  const query = tx
    .selectFrom('submission')
    .selectAll()
    .where('lesson_id', '=', lessonId)
    .where('enrollment_id', '=', enrollmentId)
  return lockRow(tx, query).executeTakeFirst()
}

export async function insertSubmission(
  tx: Executor,
  values: Insertable<AssignmentsDatabase['submission']>,
): Promise<void> {
  await tx.insertInto('submission').values(values).execute()
}

/** Changes the submission and counts its version up. */
export function updateSubmission(
  tx: Executor,
  id: string,
  changes: Updateable<AssignmentsDatabase['submission']>,
): Promise<SubmissionRow> {
  return tx
    .updateTable('submission')
    .set((eb) => ({ ...changes, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

export async function insertVersion(
  tx: Executor,
  version: Insertable<AssignmentsDatabase['submission_version']>,
  fileIds: readonly string[],
): Promise<void> {
  await tx.insertInto('submission_version').values(version).execute()
  if (fileIds.length === 0) return
  const { submission_id, number } = version
  const files = fileIds.map((file_id, position) => ({ submission_id, number, position, file_id }))
  await tx.insertInto('submission_file').values(files).execute()
}

export interface StoredVersion extends VersionRow {
  readonly fileIds: readonly string[]
}

/** All that was handed in, the latest first. */
export async function selectVersions(db: Executor, submissionId: string): Promise<StoredVersion[]> {
  const versions = await db
    .selectFrom('submission_version')
    .selectAll()
    .where('submission_id', '=', submissionId)
    .orderBy('number', 'desc')
    .execute()
  const files = await db
    .selectFrom('submission_file')
    .select(['number', 'file_id'])
    .where('submission_id', '=', submissionId)
    .orderBy('position')
    .execute()
  const byNumber = Map.groupBy(files, (file) => file.number)
  return versions.map((one) => ({ ...one, fileIds: (byNumber.get(one.number) ?? []).map((file) => file.file_id) }))
}

export async function selectFeedbackFileIds(db: Executor, submissionId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('feedback_file')
    .select('file_id')
    .where('submission_id', '=', submissionId)
    .orderBy('position')
    .execute()
  return rows.map((row) => row.file_id)
}

export async function replaceFeedbackFiles(
  tx: Executor,
  submissionId: string,
  fileIds: readonly string[],
): Promise<void> {
  await tx.deleteFrom('feedback_file').where('submission_id', '=', submissionId).execute()
  if (fileIds.length === 0) return
  const rows = fileIds.map((file_id, position) => ({ submission_id: submissionId, position, file_id }))
  await tx.insertInto('feedback_file').values(rows).execute()
}
