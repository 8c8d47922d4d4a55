import type { Kysely } from 'kysely'
import type { Actor } from '#modules/audit/index.ts'
import { enqueue } from '#platform/jobs/outbox.ts'
import type { Database } from '../../../database.ts'
import { type AnswerRow, type AttemptRow, updateAttempt } from '../attempts/queries.ts'
import { scoreOf } from '../attempts/score.ts'
import type { Submitting } from '../attempts/submitting.ts'
import { sendResult } from '../jobs.ts'
import type { QuizRow } from '../quiz/queries.ts'

export interface ChangedAttempt {
  readonly quiz: QuizRow
  /** Locked, and handed in. */
  readonly attempt: AttemptRow
  /** All of it, with the points that they have now. */
  readonly answers: readonly AnswerRow[]
  readonly cause: { readonly actor: Actor; readonly reason: string }
  readonly at: Date
}

/**
 * Stores what an attempt is worth after some of its answers were graded anew: its score, and all that follows from it.
 * While answers still wait for a grader nothing follows. The student gets a mail when the result is there or changes.
 */
export async function storeResult(
  tx: Kysely<Database>,
  submitting: Submitting,
  { quiz, attempt, answers, cause, at }: ChangedAttempt,
): Promise<AttemptRow> {
  const { points, isPassed } = scoreOf(answers, attempt)
  if (points === null || (points === attempt.points && isPassed === attempt.is_passed)) return attempt
  const isFirst = attempt.points === null
  const graded = await updateAttempt(tx, attempt.id, {
    status: 'graded',
    points,
    is_passed: isPassed,
    graded_at: attempt.graded_at ?? at.toISOString(),
  })
  await submitting.settle(tx, quiz, graded, at, { ...cause, isFirst })
  await enqueue(tx, sendResult, { attemptId: attempt.id, cause: isFirst ? 'graded' : 'changed' }, at)
  return graded
}
