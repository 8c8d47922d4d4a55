import { type Actor, recordAudit } from '#modules/audit/index.ts'
import { type Client, type Principal, sendSecurityNotice, wrongPassword } from '#modules/auth/index.ts'
import { lockUser, updateUser } from '#modules/users/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { enqueue } from '#platform/jobs/outbox.ts'
import type { AccountsDeps } from '../deps.ts'
import type { CountAccountEvent } from '../events.ts'
import { deleteUnusedTokens } from '../one-time-tokens/queries.ts'
import type { ChangePasswordBody } from './schemas.ts'

interface PasswordChangeDeps extends Pick<AccountsDeps, 'db' | 'now' | 'passwords' | 'auth'> {
  readonly countEvent: CountAccountEvent
}

export function createPasswordChange({ db, now, passwords, auth, countEvent }: PasswordChangeDeps) {
  /** Changes the caller's password; every session but his own ends, and links to reset the old one are void. */
  async function changeOwnPassword(
    by: Principal,
    { currentPassword, newPassword }: ChangePasswordBody,
    client: Client,
    actor: Actor,
  ): Promise<void> {
    const confirmed = await auth.confirmPassword(by, currentPassword, client)
    const passwordHash = await passwords.hashPassword(newPassword)
    const revocation = await inTransaction(db, async (tx) => {
      const at = now()
      const time = at.toISOString()
      const user = await lockUser(tx, by.userId)
      // Somebody else may have changed it while the hashes were computed.
      if (user?.password_hash !== confirmed.password_hash) throw wrongPassword()
      await updateUser(tx, by.userId, { password_hash: passwordHash, updated_at: time })
      await deleteUnusedTokens(tx, by.userId, 'reset-password')
      const entry = { action: 'user.password-changed', subjectType: 'user', subjectId: by.userId } as const
      await recordAudit(tx, actor, entry, at)
      const notice = { userId: by.userId, notice: 'password-changed', happenedAt: time } as const
      await enqueue(tx, sendSecurityNotice, notice, at)
      countEvent('password-changed')
      return auth.endOtherSessions(tx, by, 'password-changed', actor)
    })
    await auth.announce(revocation)
  }

  return { changeOwnPassword }
}
