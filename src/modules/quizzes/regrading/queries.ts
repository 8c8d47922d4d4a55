import { type Insertable, type Kysely, sql } from 'kysely'
import type { Position } from '#platform/http/pagination.ts'
import type { Database } from '../../../database.ts'
import type { QuizzesDatabase } from '../tables.ts'
import type { RegradeRow } from './keys.ts'

type Executor = Kysely<Database>

export async function insertRegrade(tx: Executor, row: Insertable<QuizzesDatabase['regrade']>): Promise<void> {
  await tx.insertInto('regrade').values(row).execute()
}

export function selectRegrade(db: Executor, id: string): Promise<RegradeRow | undefined> {
  return db.selectFrom('regrade').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Newest first. */
export function selectRegradePage(
  db: Executor,
  { quizId, after, limit }: { quizId: string; after: Position | undefined; limit: number },
): Promise<RegradeRow[]> {
  return db
    .selectFrom('regrade')
    .selectAll()
    .where('quiz_id', '=', quizId)
    .$if(after !== undefined, (query) => query.where(sql<boolean>`(created_at, id) < (${after?.[0]}, ${after?.[1]})`))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

/** Adds to what a regrade has changed, and ends it when `finishedAt` is given. */
export async function updateRegrade(
  tx: Executor,
  id: string,
  { changed, finishedAt }: { changed: number; finishedAt: string | null },
): Promise<void> {
  await tx
    .updateTable('regrade')
    .set((eb) => ({
      changed_answers: eb('changed_answers', '+', changed),
      ...(finishedAt !== null && { finished_at: finishedAt }),
    }))
    .where('id', '=', id)
    .execute()
}

/** The answers to one question in all attempts at a quiz, with their students; those of one student follow each other. */
export function selectAnswersTo(db: Executor, quizId: string, questionId: string) {
  return db
    .selectFrom('attempt_answer')
    .innerJoin('attempt', 'attempt.id', 'attempt_answer.attempt_id')
    .innerJoin('user_account', 'user_account.id', 'attempt.student_id')
    .select([
      'attempt_answer.attempt_id',
      'attempt_answer.position',
      'attempt_answer.question_version_id',
      'attempt_answer.answer',
      'attempt_answer.points',
      'attempt_answer.points_possible',
      'attempt_answer.graded_by',
      'attempt.number',
      'attempt.status',
      'attempt.student_id',
      'attempt.points as attempt_points',
      'attempt.points_possible as attempt_possible',
      'attempt.passing_percent',
      'attempt.is_passed',
      'user_account.full_name',
    ])
    .where('attempt_answer.question_id', '=', questionId)
    .where('attempt.quiz_id', '=', quizId)
    .orderBy('attempt.enrollment_id')
    .orderBy('attempt.number')
    .execute()
}

/** The next students whose attempts at a quiz were asked a question, in the order in which enrollments are locked. */
export async function selectEnrollmentsAsked(
  db: Executor,
  wish: { quizId: string; questionId: string; after: string; limit: number },
): Promise<string[]> {
  const rows = await db
    .selectFrom('attempt')
    .innerJoin('attempt_answer', 'attempt_answer.attempt_id', 'attempt.id')
    .select('attempt.enrollment_id')
    .distinct()
    .where('attempt.quiz_id', '=', wish.quizId)
    .where('attempt_answer.question_id', '=', wish.questionId)
    .where('attempt.enrollment_id', '>', wish.after)
    .orderBy('attempt.enrollment_id')
    .limit(wish.limit)
    .execute()
  return rows.map((row) => row.enrollment_id)
}

/** What a regrade has changed, oldest first. */
export function selectRegradeChanges(
  db: Executor,
  { regradeId, after, limit }: { regradeId: string; after: string | undefined; limit: number },
) {
  return db
    .selectFrom('answer_grade')
    .innerJoin('attempt', 'attempt.id', 'answer_grade.attempt_id')
    .innerJoin('user_account', 'user_account.id', 'attempt.student_id')
    .selectAll('answer_grade')
    .select(['attempt.student_id', 'attempt.number', 'user_account.full_name'])
    .where('answer_grade.regrade_id', '=', regradeId)
    .$if(after !== undefined, (query) => query.where('answer_grade.id', '>', after ?? ''))
    .orderBy('answer_grade.id')
    .limit(limit)
    .execute()
}
