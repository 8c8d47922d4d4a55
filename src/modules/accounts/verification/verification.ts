import { type Actor, recordAudit } from '#modules/audit/index.ts'
import type { Client, Principal } from '#modules/auth/index.ts'
import { lockUser, selectUserById, updateUser, userNotFound } from '#modules/users/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { enqueue } from '#platform/jobs/outbox.ts'
import type { AccountThrottle } from '../account-throttle.ts'
import type { AccountsDeps } from '../deps.ts'
import type { CountAccountEvent } from '../events.ts'
import { sendVerification } from '../mails/jobs.ts'
import type { OneTimeTokens } from '../one-time-tokens/one-time-tokens.ts'
import { deleteUnusedTokens } from '../one-time-tokens/queries.ts'
import { emailAlreadyVerified, linkInvalid } from '../problems.ts'

interface VerificationDeps extends Pick<AccountsDeps, 'db' | 'now'> {
  readonly throttle: AccountThrottle
  readonly tokens: OneTimeTokens
  readonly countEvent: CountAccountEvent
}

/** Proving that a mail address belongs to the account. */
export function createVerification({ db, now, throttle, tokens, countEvent }: VerificationDeps) {
  /** Mails the caller a new link; an older one stops working. */
  async function requestVerification({ userId }: Principal, client: Client, actor: Actor): Promise<void> {
    const user = await selectUserById(db, userId)
    if (!user) throw userNotFound({ userId })
    if (user.email_verified_at !== null) throw emailAlreadyVerified()
    await throttle.admitVerificationMail(user.email, client)
    await inTransaction(db, async (tx) => {
      const at = now()
      await deleteUnusedTokens(tx, userId, 'verify-email')
      const entry = { action: 'user.verification-requested', subjectType: 'user', subjectId: userId } as const
      await recordAudit(tx, actor, entry, at)
      await enqueue(tx, sendVerification, { tokenId: await tokens.issue(tx, 'verify-email', userId) }, at)
    })
  }

  /** Takes the token of a mailed link; whoever has it reads the mails of that address. */
  async function verifyEmail(token: string, actor: Actor): Promise<void> {
    await inTransaction(db, async (tx) => {
      const row = await tokens.use(tx, 'verify-email', token)
      const user = row?.user_id ? await lockUser(tx, row.user_id) : undefined
      if (user?.status !== 'active') throw linkInvalid()
      const at = now()
      const time = at.toISOString()
      if (user.email_verified_at === null) {
        await updateUser(tx, user.id, { email_verified_at: time, updated_at: time })
        countEvent('email-verified')
      }
      const by = { ...actor, userId: user.id }
      await recordAudit(tx, by, { action: 'user.email-verified', subjectType: 'user', subjectId: user.id }, at)
    })
  }

  return { requestVerification, verifyEmail }
}
