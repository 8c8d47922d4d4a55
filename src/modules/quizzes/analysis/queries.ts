import type { Kysely } from 'kysely'
import type { Database } from '../../../database.ts'

type Executor = Kysely<Database>

/** The graded attempts at a quiz; those of one student follow each other, the first first. */
export function selectGradedAttempts(db: Executor, quizId: string) {
  return db
    .selectFrom('attempt')
    .select(['id', 'enrollment_id', 'points', 'points_possible'])
    .where('quiz_id', '=', quizId)
    .where('status', '=', 'graded')
    .orderBy('enrollment_id')
    .orderBy('number')
    .execute()
}

/** What the answers of all graded attempts at a quiz earned, without what they say. */
export function selectAnswerPoints(db: Executor, quizId: string) {
  return db
    .selectFrom('attempt_answer')
    .innerJoin('attempt', 'attempt.id', 'attempt_answer.attempt_id')
    .select([
      'attempt_answer.attempt_id',
      'attempt_answer.question_version_id',
      'attempt_answer.points',
      'attempt_answer.points_possible',
      'attempt_answer.sequence',
    ])
    .where('attempt.quiz_id', '=', quizId)
    .where('attempt.status', '=', 'graded')
    .execute()
}

/** What they say, for the versions named: those of questions with options. */
export async function selectAnswersGiven(db: Executor, quizId: string, versionIds: readonly string[]) {
  if (versionIds.length === 0) return []
  return db
    .selectFrom('attempt_answer')
    .innerJoin('attempt', 'attempt.id', 'attempt_answer.attempt_id')
    .select(['attempt_answer.attempt_id', 'attempt_answer.question_version_id', 'attempt_answer.answer'])
    .where('attempt.quiz_id', '=', quizId)
    .where('attempt.status', '=', 'graded')
    .where('attempt_answer.question_version_id', 'in', [...versionIds])
    .execute()
}
