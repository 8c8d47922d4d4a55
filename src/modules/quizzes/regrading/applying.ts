import type { Kysely } from 'kysely'
import { type Actor, system } from '#modules/audit/index.ts'
import { lockEnrollment } from '#modules/enrollments/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { enqueue } from '#platform/jobs/outbox.ts'
import type { Database } from '../../../database.ts'
import { type AnswerRow, type AttemptRow, lockAnswers, lockAttempt, selectAttemptsOf } from '../attempts/queries.ts'
import type { QuestionVersions } from '../attempts/question-versions.ts'
import type { Submitting } from '../attempts/submitting.ts'
import type { QuizzesDeps } from '../deps.ts'
import { insertAnswerGrade, updateAnswerGrade } from '../grading/queries.ts'
import { storeResult } from '../grading/storing-results.ts'
import { regradeAttempts } from '../jobs.ts'
import { type QuizRow, selectQuiz } from '../quiz/queries.ts'
import { gradeByKey, type Key, keysOf, type RegradeRow } from './keys.ts'
import { selectEnrollmentsAsked, selectRegrade, updateRegrade } from './queries.ts'

type Tx = Kysely<Database>

/** Students of one batch, all locked until it is committed. */
const BATCH = 20

export function createApplying(
  { db, now, newId }: Pick<QuizzesDeps, 'db' | 'now' | 'newId'>,
  versions: QuestionVersions,
  submitting: Submitting,
) {
  /**
   * Grades the next students of a regrade again, and enqueues the batch after it, all in one transaction with `finish`.
   * Open attempts are locked, too, though there is nothing to grade in them yet: whoever hands in at this moment either
   * is seen here, or has waited for the lock and sees the new key.
   */
  async function regradeBatch(
    { regradeId, afterEnrollmentId }: { regradeId: string; afterEnrollmentId: string },
    finish: (tx: Tx) => Promise<void>,
  ): Promise<void> {
    await inTransaction(db, async (tx) => {
      const regrade = await selectRegrade(tx, regradeId)
      const quiz = regrade && (await selectQuiz(tx, regrade.quiz_id))
      if (regrade && quiz) {
        const at = now()
        const wish = { quizId: quiz.id, questionId: regrade.question_id, after: afterEnrollmentId, limit: BATCH }
        const enrollmentIds = await selectEnrollmentsAsked(tx, wish)
        let changed = 0
        for (const enrollmentId of enrollmentIds) changed += await regradeStudent(tx, quiz, regrade, enrollmentId, at)
        const last = enrollmentIds.length === BATCH ? enrollmentIds.at(-1) : undefined
        await updateRegrade(tx, regradeId, { changed, finishedAt: last === undefined ? at.toISOString() : null })
        if (last !== undefined) await enqueue(tx, regradeAttempts, { regradeId, afterEnrollmentId: last }, at)
      }
      await finish(tx)
    })
  }

  /** How many answers of one student are graded otherwise now. */
  async function regradeStudent(
    tx: Tx,
    quiz: QuizRow,
    regrade: RegradeRow,
    enrollmentId: string,
    at: Date,
  ): Promise<number> {
    await lockEnrollment(tx, enrollmentId)
    // The key in force, not that of this regrade: a newer one may have come meanwhile, and its word is the last.
    const key = (await keysOf(tx, versions, quiz.id)).get(regrade.question_id)
    let changed = 0
    for (const { id } of await selectAttemptsOf(tx, quiz.id, enrollmentId)) {
      const attempt = await lockAttempt(tx, id)
      if (attempt && attempt.status !== 'open') changed += await regradeAttempt(tx, quiz, attempt, regrade, key, at)
    }
    return changed
  }

  async function regradeAttempt(
    tx: Tx,
    quiz: QuizRow,
    attempt: AttemptRow,
    regrade: RegradeRow,
    key: Key | undefined,
    at: Date,
  ): Promise<number> {
    const answers = await lockAnswers(tx, attempt.id)
    const graded: AnswerRow[] = []
    let changed = 0
    for (const row of answers) {
      const isMeant = row.question_id === regrade.question_id && row.graded_by === null
      const after = isMeant ? await gradeAgain(tx, row, key) : row
      graded.push(after)
      if (after.points === null || (after.points === row.points && after.is_correct === row.is_correct)) continue
      await updateAnswerGrade(tx, attempt.id, row.position, {
        points: after.points,
        is_correct: after.is_correct ?? false,
      })
      if (after.points === row.points) continue
      await insertAnswerGrade(tx, historyOf(row, after.points, regrade, at))
      changed += 1
    }
    if (changed > 0) {
      const actor: Actor = { ...system, userId: regrade.created_by }
      await storeResult(tx, submitting, {
        quiz,
        attempt,
        answers: graded,
        cause: { actor, reason: regrade.reason },
        at,
      })
    }
    return changed
  }

  async function gradeAgain(tx: Tx, row: AnswerRow, key: Key | undefined): Promise<AnswerRow> {
    const [taken] = await versions.byId(tx, [row.question_version_id])
    if (!taken) return row
    const { points, isCorrect } = gradeByKey(taken, row.answer, row.points_possible, key)
    return { ...row, points, is_correct: isCorrect }
  }

  function historyOf(row: AnswerRow, points: number, regrade: RegradeRow, at: Date) {
    return {
      id: newId(),
      attempt_id: row.attempt_id,
      position: row.position,
      points_before: row.points,
      points_after: points,
      feedback: null,
      regrade_id: regrade.id,
      graded_at: at.toISOString(),
      graded_by: regrade.created_by,
    }
  }

  return { regradeBatch }
}
