import type { Kysely } from 'kysely'
import { selectUserById } from '#modules/users/index.ts'
import { handle, type JobHandler } from '#platform/jobs/job.ts'
import type { Mailer } from '#platform/mail/mailer.ts'
import type { Database } from '../../../database.ts'
import { sendSecurityNotice } from './jobs.ts'
import { securityNotice } from './mails.ts'

export function createNoticeHandlers({ db, mailer }: { db: Kysely<Database>; mailer: Mailer }): JobHandler[] {
  return [
    handle(sendSecurityNotice, async ({ userId, notice, happenedAt }, { jobId, signal }) => {
      const user = await selectUserById(db, userId)
      if (!user) return
      await mailer(securityNotice, { notice, happenedAt }, { to: user.email, messageId: jobId, signal })
    }),
  ]
}
