import type { Kysely } from 'kysely'
import { handle, type JobHandler } from '#platform/jobs/job.ts'
import { defineRecurring } from '#platform/jobs/recurring.ts'
import type { Mailer } from '#platform/mail/mailer.ts'
import type { Database } from '../../database.ts'
import { expireEnrollments, sendWelcome } from './jobs.ts'
import { welcomeMail } from './mails.ts'
import { selectStudentMail } from './queries.ts'
import type { Enrollments } from './service.ts'

/** Reads treat an enrollment as expired at once; this is how long the history and the metric may lag behind. */
export const expiryRecurs = defineRecurring({ job: expireEnrollments, payload: {}, everySeconds: 300 })

export interface EnrollmentHandlersDeps {
  readonly db: Kysely<Database>
  readonly enrollments: Enrollments
  readonly mailer: Mailer
}

export function createEnrollmentHandlers({ db, enrollments, mailer }: EnrollmentHandlersDeps): JobHandler[] {
  return [
    handle(sendWelcome, async ({ enrollmentId }, { jobId, signal }) => {
      const welcome = await selectStudentMail(db, enrollmentId)
      // Whoever has left again meanwhile needs no welcome.
      if (welcome?.status !== 'active') return
      const { email, fullName, courseTitle, courseSlug, expiresAt } = welcome
      const endsOn = expiresAt === null ? null : expiresAt.slice(0, 10)
      await mailer(welcomeMail, { fullName, courseTitle, courseSlug, endsOn }, { to: email, messageId: jobId, signal })
    }),
    handle(expireEnrollments, (_payload, { signal }) => enrollments.expireOverdue(signal)),
  ]
}
