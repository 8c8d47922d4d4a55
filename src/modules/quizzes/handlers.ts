import type { Kysely } from 'kysely'
import { selectStudentMail } from '#modules/enrollments/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { handle, type JobHandler } from '#platform/jobs/job.ts'
import { enqueue } from '#platform/jobs/outbox.ts'
import { defineRecurring } from '#platform/jobs/recurring.ts'
import type { Mailer } from '#platform/mail/mailer.ts'
import type { Database } from '../../database.ts'
import { selectAnswers, selectAttempt } from './attempts/queries.ts'
import { shownToStudent, toSummary } from './attempts/showing.ts'
import { recordGrades, regradeAttempts, sendResult, submitOverdue } from './jobs.ts'
import { type ResultMail, resultMail } from './mails.ts'
import { selectQuiz } from './quiz/queries.ts'
import { recordGradesOfBatch } from './recording-grades.ts'
import type { Quizzes } from './service.ts'

/** Whoever reads an overdue attempt hands it in at once; this is how long the others wait. */
export const sweepRecurs = defineRecurring({ job: submitOverdue, payload: {}, everySeconds: 15 })

export interface QuizHandlersDeps {
  readonly db: Kysely<Database>
  readonly now: () => Date
  readonly quizzes: Quizzes
  readonly mailer: Mailer
}

export function createQuizHandlers({ db, now, quizzes, mailer }: QuizHandlersDeps): JobHandler[] {
  return [
    handle(submitOverdue, async (_payload, { signal }) => {
      await quizzes.submitOverdue(signal)
    }),
    handle(recordGrades, ({ quizId, afterEnrollmentId }, { finish }) =>
      inTransaction(db, async (tx) => {
        const last = await recordGradesOfBatch(tx, quizId, afterEnrollmentId, now())
        if (last !== undefined) await enqueue(tx, recordGrades, { quizId, afterEnrollmentId: last }, now())
        await finish(tx)
      }),
    ),
    handle(regradeAttempts, (payload, { finish }) => quizzes.regradeBatch(payload, finish)),
    handle(sendResult, async ({ attemptId, cause }, { jobId, signal }) => {
      const found = await selectResultMail(db, attemptId, cause, now())
      if (found) await mailer(resultMail, found.values, { to: found.email, messageId: jobId, signal })
    }),
  ]
}

/** What a result mail says, the score only where the quiz shows it now; undefined when there is nobody to tell. */
async function selectResultMail(
  db: Kysely<Database>,
  attemptId: string,
  cause: ResultMail['cause'],
  at: Date,
): Promise<{ readonly email: string; readonly values: ResultMail } | undefined> {
  const attempt = await selectAttempt(db, attemptId)
  // Reopened meanwhile: it is not over.
  if (!attempt || attempt.status === 'open') return undefined
  const quiz = await selectQuiz(db, attempt.quiz_id)
  const student = await selectStudentMail(db, attempt.enrollment_id)
  if (!quiz || !student) return undefined
  const answers = await selectAnswers(db, attemptId)
  const { points, pointsPossible, isPassed } = toSummary(attempt, await shownToStudent(db, quiz, attempt, at))
  return {
    email: student.email,
    values: {
      fullName: student.fullName,
      quizTitle: quiz.title,
      courseTitle: student.courseTitle,
      courseSlug: student.courseSlug,
      cause,
      answered: answers.filter(({ answer }) => answer !== null).length,
      questions: answers.length,
      score: points === null ? null : { points, possible: pointsPossible, isPassed },
    },
  }
}
