import { type Actor, recordAudit } from '#modules/audit/index.ts'
import type { Principal } from '#modules/auth/index.ts'
import { lockUser, selectUserById, toUser, type User, updateUserName, userNotFound } from '#modules/users/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import type { AccountsDeps } from '../deps.ts'
import type { ChangeProfileBody } from './schemas.ts'

export interface VersionedUser {
  readonly version: number
  readonly body: User
}

export function createProfile({ db, now }: Pick<AccountsDeps, 'db' | 'now'>) {
  async function ownAccount({ userId }: Principal): Promise<VersionedUser> {
    const user = await selectUserById(db, userId)
    if (!user) throw userNotFound({ userId })
    return { version: user.version, body: toUser(user) }
  }

  /** `guard` throws when the version is not the one the caller has read. */
  async function changeOwnProfile(
    { userId }: Principal,
    { fullName }: ChangeProfileBody,
    guard: (version: number) => void,
    actor: Actor,
  ): Promise<VersionedUser> {
    return inTransaction(db, async (tx) => {
      const user = await lockUser(tx, userId)
      if (!user) throw userNotFound({ userId })
      guard(user.version)
      const name = fullName?.trim() ?? user.full_name
      if (name === user.full_name) return { version: user.version, body: toUser(user) }
      const at = now()
      const changed = await updateUserName(tx, user, { fullName: name, at })
      const details = { from: user.full_name, to: name }
      await recordAudit(tx, actor, { action: 'user.renamed', subjectType: 'user', subjectId: userId, details }, at)
      return { version: changed.version, body: toUser(changed) }
    })
  }

  return { ownAccount, changeOwnProfile }
}
