import { outlineChanged } from '#modules/courses/index.ts'
import { selectStudentMail } from '#modules/enrollments/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { handle, type JobHandler } from '#platform/jobs/job.ts'
import { enqueue } from '#platform/jobs/outbox.ts'
import type { Mailer } from '#platform/mail/mailer.ts'
import type { ProgressDeps } from './deps.ts'
import { courseCompleted, recomputeEnrollments } from './jobs.ts'
import { completedMail } from './mails.ts'
import type { Progress } from './service.ts'

export interface ProgressHandlersDeps extends Pick<ProgressDeps, 'db' | 'now'> {
  readonly progress: Progress
  readonly mailer: Mailer
}

export function createProgressHandlers({ db, now, progress, mailer }: ProgressHandlersDeps): JobHandler[] {
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
    handle(courseCompleted, async ({ enrollmentId }, { jobId, signal }) => {
      const student = await selectStudentMail(db, enrollmentId)
      if (!student) return
      await mailer(completedMail, student, { to: student.email, messageId: jobId, signal })
    }),
  ]
}
