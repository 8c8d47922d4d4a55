import { type Actor, recordAudit } from '#modules/audit/index.ts'
import type { Principal } from '#modules/auth/index.ts'
import { requireCourseRight } from '#modules/courses/index.ts'
import { enrollmentNotFound, lockEnrollment } from '#modules/enrollments/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { selectAttemptsOf } from '../attempts/queries.ts'
import type { QuizzesDeps } from '../deps.ts'
import { requireVisibleQuiz } from './access.ts'
import { insertExtraAttempts, selectQuiz, sumExtraAttempts } from './queries.ts'
import type { ExtraAttempts, GrantAttemptsBody } from './schemas.ts'

export function createGranting({ db, now, newId }: Pick<QuizzesDeps, 'db' | 'now' | 'newId'>) {
  /** Staff lets one student make more attempts than the quiz allows; each grant adds to those before it. */
  async function grantAttempts(
    caller: Principal,
    quizId: string,
    { enrollmentId, attempts, reason }: GrantAttemptsBody,
    actor: Actor,
  ): Promise<ExtraAttempts> {
    return inTransaction(db, async (tx) => {
      const at = now()
      const { quiz } = await requireVisibleQuiz(tx, caller, quizId, await selectQuiz(tx, quizId), at)
      await requireCourseRight(tx, caller, quiz.course_id, 'manage-roster')
      const enrollment = await lockEnrollment(tx, enrollmentId)
      if (enrollment?.course_id !== quiz.course_id) throw enrollmentNotFound({ enrollmentId })
      await insertExtraAttempts(tx, {
        id: newId(),
        quiz_id: quizId,
        enrollment_id: enrollmentId,
        attempts,
        reason: reason.trim(),
        granted_by: caller.userId,
        granted_at: at.toISOString(),
      })
      const details = { quizId, enrollmentId, attempts, reason: reason.trim() }
      const entry = { action: 'attempt.granted' as const, subjectType: 'user', subjectId: enrollment.user_id }
      await recordAudit(tx, actor, { ...entry, details }, at)
      const extraAttempts = await sumExtraAttempts(tx, quizId, enrollmentId)
      return {
        quizId,
        enrollmentId,
        extraAttempts,
        attemptsAllowed: quiz.attempts_allowed === null ? null : quiz.attempts_allowed + extraAttempts,
        attemptsMade: (await selectAttemptsOf(tx, quizId, enrollmentId)).length,
      }
    })
  }

  return { grantAttempts }
}
