import { type Actor, recordAudit } from '#modules/audit/index.ts'
import type { Principal } from '#modules/auth/index.ts'
import { lockEnrollment } from '#modules/enrollments/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import type { QuizzesDeps } from '../deps.ts'
import { attemptNotFound, attemptOpen, otherAttemptOpen } from '../problems.ts'
import { requireAttemptRight } from './access.ts'
import { record } from './journal.ts'
import { lockAnswers, lockAttempt, reopenAnswers, selectAttempt, selectAttemptsOf, updateAttempt } from './queries.ts'
import type { ReopenBody } from './schemas.ts'
import type { Submitting } from './submitting.ts'

const MINUTE_MS = 60_000

export function createReopening({ db, now, newId }: Pick<QuizzesDeps, 'db' | 'now' | 'newId'>, submitting: Submitting) {
  /**
   * Staff lets a student go on with an attempt that was handed in, with its answers and until a new deadline. What it
   * had earned counts no longer; what it completed stays completed. The reason is kept in its journal.
   */
  async function reopenAttempt(
    caller: Principal,
    attemptId: string,
    { reason, minutes }: ReopenBody,
    actor: Actor,
  ): Promise<void> {
    await inTransaction(db, async (tx) => {
      const unlocked = await selectAttempt(tx, attemptId)
      const { quiz } = await requireAttemptRight(tx, caller, attemptId, unlocked, 'manage-roster')
      await lockEnrollment(tx, unlocked?.enrollment_id ?? '')
      const attempt = await lockAttempt(tx, attemptId)
      if (!attempt) throw attemptNotFound({ attemptId })
      if (attempt.status === 'open') throw attemptOpen()
      const attempts = await selectAttemptsOf(tx, quiz.id, attempt.enrollment_id)
      const other = attempts.find(({ status }) => status === 'open')
      if (other) throw otherAttemptOpen({ attemptId: other.id })
      const at = now()
      const end = at.getTime() + minutes * MINUTE_MS
      const deadline = new Date(end).toISOString()
      const acceptedUntil = new Date(end + quiz.grace_seconds * 1000).toISOString()
      await lockAnswers(tx, attemptId)
      await reopenAnswers(tx, attemptId, { deadline, acceptedUntil })
      const reopened = await updateAttempt(tx, attemptId, {
        status: 'open',
        deadline_at: deadline,
        accepted_until: acceptedUntil,
        submitted_at: null,
        submitted_by: null,
        graded_at: null,
        points: null,
        is_passed: null,
      })
      const details = { reason: reason.trim(), deadline }
      await record(tx, { id: newId(), attemptId, event: 'reopened', at, actorId: caller.userId, details })
      const about = { quizId: quiz.id, studentId: attempt.student_id, submittedAt: attempt.submitted_at }
      const entry = { action: 'attempt.reopened' as const, subjectType: 'attempt', subjectId: attemptId }
      await recordAudit(tx, actor, { ...entry, details: { ...details, ...about } }, at)
      await submitting.settle(tx, quiz, reopened, at)
    })
  }

  return { reopenAttempt }
}
