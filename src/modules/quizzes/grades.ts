import type { Kysely } from 'kysely'
import { type Actor, system } from '#modules/audit/index.ts'
import { createGradeItem, recordGrade, removeGradeItem, updateGradeItem } from '#modules/gradebook/index.ts'
import type { Decimal } from '#platform/decimal/decimal.ts'
import type { Database } from '../../database.ts'
import type { AttemptRow } from './attempts/queries.ts'
import { gradeOf } from './attempts/score.ts'
import type { QuizItemRow, QuizRow } from './quiz/queries.ts'

type Tx = Kysely<Database>

/** The points that a whole attempt can earn, as the quiz is now. */
export function pointsOfQuiz(items: readonly Pick<QuizItemRow, 'points' | 'draw_count'>[]): Decimal {
  return items.reduce((sum, { points, draw_count: count }) => sum + points * (count ?? 1), 0)
}

/** Gives a graded quiz its column in the gradebook, and keeps title and points of it; practice has none. */
export async function followQuiz(tx: Tx, quiz: QuizRow, before: QuizRow | null, pointsPossible: Decimal, at: Date) {
  const name = { source: 'quiz' as const, sourceId: quiz.id }
  const isGraded = quiz.mode === 'graded'
  if (isGraded && before?.mode !== 'graded') {
    await createGradeItem(tx, { ...name, courseId: quiz.course_id, title: quiz.title, pointsPossible, at })
  } else if (isGraded) {
    await updateGradeItem(tx, { ...name, title: quiz.title, pointsPossible, at })
  } else if (before?.mode === 'graded') {
    await removeGradeItem(tx, { ...name, at })
  }
}

export async function forgetQuiz(tx: Tx, quiz: QuizRow, at: Date): Promise<void> {
  if (quiz.mode === 'graded') await removeGradeItem(tx, { source: 'quiz', sourceId: quiz.id, at })
}

export interface GradeChange {
  readonly quiz: QuizRow
  /** Of the quiz as it is now. */
  readonly pointsPossible: Decimal
  readonly enrollmentId: string
  /** All of this student, the first first. */
  readonly attempts: readonly AttemptRow[]
  readonly reason: string
  readonly actor?: Actor
}

/** Stores what the attempts of one student make together. The enrollment must be locked. */
export async function recordQuizGrade(tx: Tx, change: GradeChange, at: Date): Promise<void> {
  const { quiz, pointsPossible, enrollmentId, attempts, reason, actor = system } = change
  if (quiz.mode !== 'graded') return
  const points = gradeOf(attempts, quiz.attempts_count, pointsPossible)
  await recordGrade(tx, { source: 'quiz', sourceId: quiz.id, enrollmentId, points, actor, reason, at })
}
