import type { Kysely } from 'kysely'
import { selectUserById, type UserStatus } from '#modules/users/index.ts'
import { handle, type JobContext, type JobHandler } from '#platform/jobs/job.ts'
import type { Mailer } from '#platform/mail/mailer.ts'
import type { MailTemplate } from '#platform/mail/template.ts'
import type { Database } from '../../../database.ts'
import type { OneTimeTokens } from '../one-time-tokens/one-time-tokens.ts'
import { selectOneTimeToken } from '../one-time-tokens/queries.ts'
import { sendInvitation, sendPasswordReset, sendVerification } from './jobs.ts'
import { invitationMail, passwordResetMail, verificationMail } from './mails.ts'

export interface AccountMailDeps {
  readonly db: Kysely<Database>
  readonly mailer: Mailer
  readonly now: () => Date
  readonly tokens: Pick<OneTimeTokens, 'tokenOf'>
}

export function createAccountMailHandlers({ db, mailer, now, tokens }: AccountMailDeps): JobHandler[] {
  /** Sends nothing when the link is of no use any more, or the account is in another state than the mail is for. */
  async function send(
    template: MailTemplate<{ token: string }>,
    status: UserStatus,
    { tokenId }: { tokenId: string },
    { jobId, signal }: JobContext,
  ): Promise<void> {
    const row = await selectOneTimeToken(db, tokenId)
    if (!row?.user_id || row.used_at !== null || row.expires_at <= now().toISOString()) return
    const user = await selectUserById(db, row.user_id)
    if (user?.status !== status) return
    await mailer(template, { token: tokens.tokenOf(tokenId) }, { to: user.email, messageId: jobId, signal })
  }

  return [
    handle(sendVerification, (payload, context) => send(verificationMail, 'active', payload, context)),
    handle(sendPasswordReset, (payload, context) => send(passwordResetMail, 'active', payload, context)),
    handle(sendInvitation, (payload, context) => send(invitationMail, 'invited', payload, context)),
  ]
}
