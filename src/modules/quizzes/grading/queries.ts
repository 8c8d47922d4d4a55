import { type Insertable, type Kysely, type Selectable, sql } from 'kysely'
import type { Decimal } from '#platform/decimal/decimal.ts'
import type { Position } from '#platform/http/pagination.ts'
import type { Database } from '../../../database.ts'
import type { QuizzesDatabase } from '../tables.ts'

type Executor = Kysely<Database>
export type AnswerGradeRow = Selectable<QuizzesDatabase['answer_grade']>

/** The answers of a course that a person must grade, those handed in first first. */
export function selectQueue(
  db: Executor,
  wish: { courseId: string; quizId: string | undefined; after: Position | undefined; limit: number },
) {
  const { courseId, quizId, after, limit } = wish
  return db
    .selectFrom('attempt')
    .innerJoin('quiz', 'quiz.id', 'attempt.quiz_id')
    .innerJoin('attempt_answer', 'attempt_answer.attempt_id', 'attempt.id')
    .innerJoin('user_account', 'user_account.id', 'attempt.student_id')
    .select([
      'attempt_answer.attempt_id',
      'attempt_answer.position',
      'attempt_answer.question_id',
      'attempt_answer.question_version_id',
      'attempt_answer.points_possible',
      'attempt.quiz_id',
      'quiz.title as quiz_title',
      'attempt.student_id',
      'user_account.full_name',
    ])
    .select(sql<string>`attempt.submitted_at`.as('submitted_at'))
    .where('quiz.course_id', '=', courseId)
    .where('attempt.status', '=', 'awaiting-grading')
    .where('attempt_answer.points', 'is', null)
    .$if(quizId !== undefined, (query) => query.where('attempt.quiz_id', '=', quizId ?? ''))
    .$if(after !== undefined, (query) =>
      query.where(
        sql<boolean>`(attempt.submitted_at, attempt.id, attempt_answer.position)
          > (${after?.[0]}, ${after?.[1]}, ${after?.[2]})`,
      ),
    )
    .orderBy('attempt.submitted_at')
    .orderBy('attempt.id')
    .orderBy('attempt_answer.position')
    .limit(limit)
    .execute()
}

/** Every decision about what an answer earned, the first first. */
export function selectGradesOf(db: Executor, attemptId: string, position: number) {
  return db
    .selectFrom('answer_grade')
    .innerJoin('user_account', 'user_account.id', 'answer_grade.graded_by')
    .selectAll('answer_grade')
    .select('user_account.full_name')
    .where('attempt_id', '=', attemptId)
    .where('position', '=', position)
    .orderBy('answer_grade.id')
    .execute()
}

export async function countGradesOf(db: Executor, attemptId: string, position: number): Promise<number> {
  const { count } = await db
    .selectFrom('answer_grade')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('attempt_id', '=', attemptId)
    .where('position', '=', position)
    .executeTakeFirstOrThrow()
  return count
}

export async function insertAnswerGrade(tx: Executor, row: Insertable<QuizzesDatabase['answer_grade']>): Promise<void> {
  await tx.insertInto('answer_grade').values(row).execute()
}

export async function updateAnswerGrade(
  tx: Executor,
  attemptId: string,
  position: number,
  values: {
    readonly points: Decimal
    readonly is_correct: boolean
    readonly feedback?: string | null
    readonly graded_at?: string
    readonly graded_by?: string
  },
): Promise<void> {
  await tx
    .updateTable('attempt_answer')
    .set(values)
    .where('attempt_id', '=', attemptId)
    .where('position', '=', position)
    .execute()
}

export async function selectFullName(db: Executor, userId: string): Promise<string> {
  const row = await db.selectFrom('user_account').select('full_name').where('id', '=', userId).executeTakeFirst()
  return row?.full_name ?? ''
}
