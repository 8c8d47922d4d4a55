import { type Actor, recordAudit } from '#modules/audit/index.ts'
import { type Client, sendSecurityNotice } from '#modules/auth/index.ts'
import { lockUser, selectUserByEmail, updateUser } from '#modules/users/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { enqueue } from '#platform/jobs/outbox.ts'
import type { AccountThrottle } from '../account-throttle.ts'
import type { AccountsDeps } from '../deps.ts'
import type { CountAccountEvent } from '../events.ts'
import { sendPasswordReset } from '../mails/jobs.ts'
import type { OneTimeTokens } from '../one-time-tokens/one-time-tokens.ts'
import { deleteUnusedTokens } from '../one-time-tokens/queries.ts'
import { linkInvalid } from '../problems.ts'

interface PasswordResetDeps extends Pick<AccountsDeps, 'db' | 'now' | 'passwords' | 'auth'> {
  readonly throttle: AccountThrottle
  readonly tokens: OneTimeTokens
  readonly countEvent: CountAccountEvent
}

export function createPasswordReset(deps: PasswordResetDeps) {
  const { db, now, passwords, auth, throttle, tokens, countEvent } = deps

  /**
   * Mails a link when there is an active account with this address. Known or not, the same statements run and nothing
   * is told: the difference is made later, by the job.
   */
  async function requestReset(email: string, client: Client, actor: Actor): Promise<void> {
    if (!(await throttle.admitReset(email, client))) return
    const userId = (await selectUserByEmail(db, email))?.id ?? null
    await inTransaction(db, async (tx) => {
      const at = now()
      await recordAudit(
        tx,
        actor,
        { action: 'user.password-reset-requested', subjectType: 'user', subjectId: userId },
        at,
      )
      await enqueue(tx, sendPasswordReset, { tokenId: await tokens.issue(tx, 'reset-password', userId) }, at)
      countEvent('password-reset-requested')
    })
  }

  /** Sets a new password with a mailed token; every session ends and every access token is void. */
  async function resetPassword(
    { token, newPassword }: { token: string; newPassword: string },
    client: Client,
    actor: Actor,
  ): Promise<void> {
    // Before the hash is computed, which costs the server more than the client.
    if (!(await tokens.find(db, 'reset-password', token))?.user_id) throw linkInvalid()
    const passwordHash = await passwords.hashPassword(newPassword)
    const revocation = await inTransaction(db, async (tx) => {
      const row = await tokens.use(tx, 'reset-password', token)
      const user = row?.user_id ? await lockUser(tx, row.user_id) : undefined
      if (user?.status !== 'active') throw linkInvalid()
      const at = now()
      const time = at.toISOString()
      await updateUser(tx, user.id, {
        password_hash: passwordHash,
        // The link came to this address.
        email_verified_at: user.email_verified_at ?? time,
        updated_at: time,
      })
      await deleteUnusedTokens(tx, user.id, 'reset-password')
      const by = { ...actor, userId: user.id }
      await recordAudit(tx, by, { action: 'user.password-reset', subjectType: 'user', subjectId: user.id }, at)
      await enqueue(tx, sendSecurityNotice, { userId: user.id, notice: 'password-changed', happenedAt: time }, at)
      countEvent('password-reset')
      return auth.endAllSessions(tx, user.id, 'password-reset', by)
    })
    await auth.announce(revocation)
    // Who has just shown that the mailbox is his need not wait for the failures that led him here.
    if (revocation.user) await auth.forgiveFailures(revocation.user.email, client)
  }

  return { requestReset, resetPassword }
}
