import { outlineChanged } from '#modules/courses/index.ts'
import { selectStudentMail } from '#modules/enrollments/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { handle, type JobHandler } from '#platform/jobs/job.ts'
import { enqueue } from '#platform/jobs/outbox.ts'
import type { Mailer } from '#platform/mail/mailer.ts'
import type { ProgressDeps } from './deps.ts'
import { type CompletionFollower, courseCompleted, mailCompletion, recomputeEnrollments } from './jobs.ts'
import { completedMail } from './mails.ts'
import type { Progress } from './service.ts'

export interface ProgressHandlersDeps extends Pick<ProgressDeps, 'db' | 'now'> {
  readonly progress: Progress
  readonly mailer: Mailer
  /** What else follows a completion, each as a job of its own: one that fails keeps no other back. */
  readonly completionFollowers: readonly CompletionFollower[]
}

export function createProgressHandlers(deps: ProgressHandlersDeps): JobHandler[] {
  const { db, now, progress, mailer } = deps
  const followers = [mailCompletion, ...deps.completionFollowers]
  return [
    handle(outlineChanged, ({ courseId }, { finish }) =>
      inTransaction(db, async (tx) => {
        await enqueue(tx, recomputeEnrollments, { courseId, afterUserId: '' }, now())
        await finish(tx)
      }),
    ),
    handle(recomputeEnrollments, ({ courseId, afterUserId }, { finish }) =>
      inTransaction(db, async (tx) => {
        const last = await progress.recomputeBatch(tx, courseId, afterUserId, now())
        if (last !== undefined) await enqueue(tx, recomputeEnrollments, { courseId, afterUserId: last }, now())
        await finish(tx)
      }),
    ),
    handle(courseCompleted, (completion, { finish }) =>
      inTransaction(db, async (tx) => {
        for (const follower of followers) await enqueue(tx, follower, completion, now())
        await finish(tx)
      }),
    ),
    handle(mailCompletion, async ({ enrollmentId }, { jobId, signal }) => {
      const student = await selectStudentMail(db, enrollmentId)
      if (!student) return
      await mailer(completedMail, student, { to: student.email, messageId: jobId, signal })
    }),
  ]
}
