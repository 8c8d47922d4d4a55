import type { Kysely } from 'kysely'
import { lockEnrollment } from '#modules/enrollments/index.ts'
import type { Database } from '../../database.ts'
import { selectAttemptsOf } from './attempts/queries.ts'
import { pointsOfQuiz, recordQuizGrade } from './grades.ts'
import { selectQuiz, selectQuizItems } from './quiz/queries.ts'

type Tx = Kysely<Database>

/** Students of one batch. */
const BATCH = 100

/**
 * Records the grades of the next students of a quiz again, after its points or the attempts that count have changed.
 * Returns the last of them, or undefined when there are no more.
 */
export async function recordGradesOfBatch(
  tx: Tx,
  quizId: string,
  afterEnrollmentId: string,
  at: Date,
): Promise<string | undefined> {
  const quiz = await selectQuiz(tx, quizId)
  if (!quiz) return undefined
  const pointsPossible = pointsOfQuiz(await selectQuizItems(tx, quizId))
  const students = await tx
    .selectFrom('attempt')
    .select('enrollment_id')
    .distinct()
    .where('quiz_id', '=', quizId)
    .where('enrollment_id', '>', afterEnrollmentId)
    .orderBy('enrollment_id')
    .limit(BATCH)
    .execute()
  const reason = 'The quiz counts attempts or points differently.'
  for (const { enrollment_id: enrollmentId } of students) {
    await lockEnrollment(tx, enrollmentId)
    const attempts = await selectAttemptsOf(tx, quizId, enrollmentId)
    await recordQuizGrade(tx, { quiz, pointsPossible, enrollmentId, attempts, reason }, at)
  }
  return students.length < BATCH ? undefined : students.at(-1)?.enrollment_id
}
