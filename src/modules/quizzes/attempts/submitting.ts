import type { Kysely } from 'kysely'
import { type Actor, system } from '#modules/audit/index.ts'
import { lessonNotFound } from '#modules/courses/index.ts'
import { lockEnrollment } from '#modules/enrollments/index.ts'
import { afterCommit } from '#platform/database/transaction.ts'
import { enqueue } from '#platform/jobs/outbox.ts'
import { counter } from '#platform/metrics/metrics.ts'
import { Problem } from '#platform/problem/problem.ts'
import type { Database } from '../../../database.ts'
import type { QuizzesDeps } from '../deps.ts'
import { pointsOfQuiz, recordQuizGrade } from '../grades.ts'
import { sendResult } from '../jobs.ts'
import { attemptsGradedTotal, attemptsSubmittedTotal } from '../metrics.ts'
import { attemptNotFound, quizNotFound } from '../problems.ts'
import { type QuizRow, selectQuiz, selectQuizItems } from '../quiz/queries.ts'
import { gradeByKey, keysOf } from '../regrading/keys.ts'
import { record } from './journal.ts'
import { type AttemptRow, closeAnswers, lockAnswers, lockAttempt, selectAttemptsOf, updateAttempt } from './queries.ts'
import type { QuestionVersions } from './question-versions.ts'
import { scoreOf } from './score.ts'

type Tx = Kysely<Database>

export type Submitting = ReturnType<typeof createSubmitting>

const statusWords = { open: 'reopened', 'awaiting-grading': 'handed in', graded: 'graded' } as const

/** Why the result of an attempt is as it is now. */
export interface Cause {
  readonly actor: Actor
  /** For the history of the grade. */
  readonly reason: string
  /** False: it was graded before, and is counted once. */
  readonly isFirst: boolean
}

/** Who hands in: the student himself, or the system at the deadline. */
export type SubmittedBy = 'student' | 'deadline'

export function createSubmitting(
  { metrics, newId, progress }: Pick<QuizzesDeps, 'metrics' | 'newId' | 'progress'>,
  versions: QuestionVersions,
) {
  const countSubmitted = counter(metrics, attemptsSubmittedTotal)
  const countGraded = counter(metrics, attemptsGradedTotal)

  /**
   * Hands an attempt in and grades what a computer can grade, in the caller's transaction: enrollment, attempt and
   * answers are locked in this order, so that all answers that were acknowledged are in what is graded. An attempt that
   * is not open any more, or has time left when `by` is the deadline, stays as it is.
   */
  async function submit(tx: Tx, unlocked: AttemptRow, by: SubmittedBy, at: Date): Promise<AttemptRow> {
    await lockEnrollment(tx, unlocked.enrollment_id)
    const attempt = await lockAttempt(tx, unlocked.id)
    if (!attempt) throw attemptNotFound({ attemptId: unlocked.id })
    if (attempt.status !== 'open') return attempt
    const isOver = isOverdue(attempt, at)
    if (by === 'deadline' && !isOver) return attempt
    const quiz = await selectQuiz(tx, attempt.quiz_id)
    if (!quiz) throw quizNotFound({ quizId: attempt.quiz_id })
    return close(tx, quiz, attempt, isOver ? 'deadline' : by, at)
  }

  async function close(tx: Tx, quiz: QuizRow, attempt: AttemptRow, by: SubmittedBy, at: Date): Promise<AttemptRow> {
    const answers = await lockAnswers(tx, attempt.id)
    const asked = await versions.byId(
      tx,
      answers.map((row) => row.question_version_id),
    )
    const keys = await keysOf(tx, versions, quiz.id)
    const grades = answers.map((row, index) => {
      const version = asked[index]
      if (!version) throw new Error(`The question ${row.question_id} of the attempt ${attempt.id} is gone.`)
      const key = keys.get(row.question_id)
      return { position: row.position, ...gradeByKey(version, row.answer, row.points_possible, key) }
    })
    await closeAnswers(tx, attempt.id, grades)
    const { points, isPassed } = scoreOf(grades, attempt)
    const submitted = await updateAttempt(tx, attempt.id, {
      status: points === null ? 'awaiting-grading' : 'graded',
      submitted_at: at.toISOString(),
      submitted_by: by,
      graded_at: points === null ? null : at.toISOString(),
      points,
      is_passed: isPassed,
    })
    const actorId = by === 'student' ? attempt.student_id : null
    const answered = answers.filter((row) => row.answer !== null).length
    const details = { by, answered, questions: answers.length }
    await record(tx, { id: newId(), attemptId: attempt.id, event: 'submitted', at, actorId, details })
    afterCommit(() => countSubmitted({ mode: quiz.mode, by }))
    // What he did not see happen himself he is told by mail.
    if (by === 'deadline') await enqueue(tx, sendResult, { attemptId: attempt.id, cause: 'deadline' }, at)
    await settle(tx, quiz, submitted, at)
    return submitted
  }

  /**
   * What follows from the grades of an attempt that the caller has locked and changed: the journal, the completion of
   * the lesson, the grade of the student.
   */
  async function settle(
    tx: Tx,
    quiz: QuizRow,
    attempt: AttemptRow,
    at: Date,
    { actor, reason, isFirst }: Cause = causeOf(attempt),
  ): Promise<void> {
    if (attempt.points !== null) {
      const { points, points_possible: possible, is_passed: isPassed } = attempt
      const details = { points, pointsPossible: possible, isPassed }
      await record(tx, { id: newId(), attemptId: attempt.id, event: 'graded', at, actorId: actor.userId, details })
      if (isFirst) afterCommit(() => countGraded({ mode: quiz.mode, outcome: isPassed ? 'passed' : 'failed' }))
      if (isPassed) await completeLesson(tx, quiz, attempt, at)
    }
    await recordGrade(tx, quiz, attempt.enrollment_id, { actor, reason }, at)
  }

  async function completeLesson(tx: Tx, quiz: QuizRow, attempt: AttemptRow, at: Date): Promise<void> {
    try {
      await progress.completeLesson(tx, { enrollmentId: attempt.enrollment_id, lessonId: quiz.lesson_id }, at)
    } catch (error) {
      // The lesson was archived meanwhile: the attempt counts, and there is no progress to make.
      if (!(error instanceof Problem && error.code === lessonNotFound.code)) throw error
    }
  }

  async function recordGrade(
    tx: Tx,
    quiz: QuizRow,
    enrollmentId: string,
    cause: Pick<Cause, 'actor' | 'reason'>,
    at: Date,
  ): Promise<void> {
    if (quiz.mode !== 'graded') return
    const attempts = await selectAttemptsOf(tx, quiz.id, enrollmentId)
    const pointsPossible = pointsOfQuiz(await selectQuizItems(tx, quiz.id))
    await recordQuizGrade(tx, { quiz, pointsPossible, enrollmentId, attempts, ...cause }, at)
  }

  return { submit, settle }
}

function causeOf(attempt: AttemptRow): Cause {
  return { actor: system, reason: `Attempt ${attempt.number} was ${statusWords[attempt.status]}.`, isFirst: true }
}

/** Its time is over, grace included. */
export function isOverdue({ accepted_until: until }: Pick<AttemptRow, 'accepted_until'>, at: Date): boolean {
  return until !== null && until < at.toISOString()
}
