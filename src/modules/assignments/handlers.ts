import type { Kysely } from 'kysely'
import { handle, type JobHandler } from '#platform/jobs/job.ts'
import type { Mailer } from '#platform/mail/mailer.ts'
import type { Database } from '../../database.ts'
import { gradeReleased, submissionReopened } from './jobs.ts'
import { selectSubmissionMail } from './mail-queries.ts'
import { gradedMail, reopenedMail } from './mails.ts'

export interface AssignmentHandlersDeps {
  readonly db: Kysely<Database>
  readonly now: () => Date
  readonly mailer: Mailer
}

export function createAssignmentHandlers({ db, mailer }: AssignmentHandlersDeps): JobHandler[] {
  return [
    handle(gradeReleased, async ({ submissionId }, { jobId, signal }) => {
      const found = await selectSubmissionMail(db, submissionId)
      if (!found?.isReleased) return
      await mailer(gradedMail, found.mail, { to: found.email, messageId: jobId, signal })
    }),
    handle(submissionReopened, async ({ submissionId, reason }, { jobId, signal }) => {
      const found = await selectSubmissionMail(db, submissionId)
      if (!found) return
      await mailer(reopenedMail, { ...found.mail, reason }, { to: found.email, messageId: jobId, signal })
    }),
  ]
}
