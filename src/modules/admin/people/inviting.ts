import { insertAccount } from '#modules/accounts/index.ts'
import { type Actor, recordAudit } from '#modules/audit/index.ts'
import { lockUser, userNotFound } from '#modules/users/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import type { AdminDeps } from '../deps.ts'
import { notInvited } from '../problems.ts'
import { type VersionedUser, versioned } from './reading.ts'
import type { InviteBody } from './schemas.ts'

export function createInviting({ db, now, newId, accounts }: Pick<AdminDeps, 'db' | 'now' | 'newId' | 'accounts'>) {
  /** Makes an account of any role whose owner chooses the password, with a link that is mailed to him. */
  async function inviteUser({ email, fullName, role }: InviteBody, actor: Actor): Promise<VersionedUser> {
    return inTransaction(db, async (tx) => {
      const at = now()
      const account = { id: newId(), email, fullName, role, status: 'invited' } as const
      const user = await insertAccount(tx, { ...account, passwordHash: null, emailVerifiedAt: null }, at)
      const subject = { subjectType: 'user', subjectId: user.id } as const
      await recordAudit(tx, actor, { action: 'user.invited', ...subject, details: { role } }, at)
      await accounts.mailInvitation(tx, user.id)
      accounts.countEvent('invited')
      return versioned(user)
    })
  }

  /** Mails a new link; the old one stops working. */
  async function inviteAgain(userId: string, actor: Actor): Promise<void> {
    await inTransaction(db, async (tx) => {
      const user = await lockUser(tx, userId)
      if (!user) throw userNotFound({ userId })
      if (user.status !== 'invited') throw notInvited({ status: user.status })
      await recordAudit(tx, actor, { action: 'user.invited-again', subjectType: 'user', subjectId: userId }, now())
      await accounts.mailInvitation(tx, userId)
    })
  }

  return { inviteUser, inviteAgain }
}
