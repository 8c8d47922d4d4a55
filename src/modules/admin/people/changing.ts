import type { Kysely } from 'kysely'
import { type Actor, recordAudit } from '#modules/audit/index.ts'
import { notAllowed, type Principal, type Revocation } from '#modules/auth/index.ts'
import {
  lockUser,
  startTokenGeneration,
  type UserRow,
  updateUser,
  updateUserName,
  userNotFound,
} from '#modules/users/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import type { Database } from '../../../database.ts'
import type { AdminDeps, VersionGuard } from '../deps.ts'
import { lastAdministrator } from '../problems.ts'
import { lockActiveAdministrators } from './queries.ts'
import { type VersionedUser, versioned } from './reading.ts'
import type { ChangeUserBody } from './schemas.ts'

interface Change {
  readonly tx: Kysely<Database>
  readonly user: UserRow
  readonly at: Date
  readonly actor: Actor
  /** Throws when without this account there would be no active administrator. */
  requireAnotherAdministrator(): void
}

interface Changed {
  readonly user: UserRow
  readonly revocation?: Revocation
}

export function createPeopleChanging({ db, now, auth, accounts }: Pick<AdminDeps, 'db' | 'now' | 'auth' | 'accounts'>) {
  /** Gives an account another name or role. With the role, all its access tokens so far are void at once. */
  function changeUser(by: Principal, userId: string, changes: ChangeUserBody, guard: VersionGuard, actor: Actor) {
    return change(by, userId, actor, async (one) => {
      guard(one.user.version)
      const renamed = await rename(one, changes.fullName?.trim())
      return changeRole({ ...one, user: renamed }, changes.role)
    })
  }

  async function rename({ tx, user, at, actor }: Change, fullName = user.full_name): Promise<UserRow> {
    if (fullName === user.full_name) return user
    const details = { from: user.full_name, to: fullName }
    await recordAudit(tx, actor, { action: 'user.renamed', subjectType: 'user', subjectId: user.id, details }, at)
    return updateUserName(tx, user, { fullName, at })
  }

  async function changeRole(one: Change, role = one.user.role): Promise<Changed> {
    const { tx, user, at, actor } = one
    if (role === user.role) return { user }
    one.requireAnotherAdministrator()
    const details = { from: user.role, to: role }
    await recordAudit(tx, actor, { action: 'user.role-changed', subjectType: 'user', subjectId: user.id, details }, at)
    accounts.countEvent('role-changed')
    await updateUser(tx, user.id, { role, updated_at: at.toISOString() })
    const changed = await startTokenGeneration(tx, user.id, at)
    return { user: changed, revocation: { user: changed } }
  }

  /** Closes an account: its sessions end and its tokens are void at once. Again, it makes sure of that. */
  function deactivateUser(by: Principal, userId: string, actor: Actor) {
    return change(by, userId, actor, async (one) => {
      const { tx, user, at } = one
      if (user.status !== 'deactivated') {
        one.requireAnotherAdministrator()
        await recordAudit(tx, actor, { action: 'user.deactivated', subjectType: 'user', subjectId: userId }, at)
        accounts.countEvent('deactivated')
        await updateUser(tx, userId, { status: 'deactivated', updated_at: at.toISOString() })
      }
      const revocation = await auth.endAllSessions(tx, userId, 'deactivated', actor)
      return { user: revocation.user ?? user, revocation }
    })
  }

  /** Opens an account again: for whoever never had a password it stays an invitation. */
  function reactivateUser(by: Principal, userId: string, actor: Actor) {
    return change(by, userId, actor, async ({ tx, user, at }) => {
      if (user.status !== 'deactivated') return { user }
      await recordAudit(tx, actor, { action: 'user.reactivated', subjectType: 'user', subjectId: userId }, at)
      accounts.countEvent('reactivated')
      const status = user.password_hash === null ? 'invited' : 'active'
      return { user: (await updateUser(tx, userId, { status, updated_at: at.toISOString() })) ?? user }
    })
  }

  /** Switches the second factor of somebody else off, who has lost his app and his recovery codes. */
  async function resetTotp(by: Principal, userId: string, actor: Actor): Promise<void> {
    // His own needs the proof that everybody gives: a stolen session must not be enough.
    if (userId === by.userId) throw notAllowed({ needs: 'another administrator' })
    await change(by, userId, actor, async ({ tx, user }) => {
      await auth.removeTotp(tx, user, 'auth.totp-reset', actor)
      return { user }
    })
  }

  /**
   * One change of one account at a time. The administrators are locked first, so that two who remove each other at
   * once do so one after the other: the second is no administrator any more.
   */
  async function change(
    by: Principal,
    userId: string,
    actor: Actor,
    work: (one: Change) => Promise<Changed>,
  ): Promise<VersionedUser> {
    const { user, revocation } = await inTransaction(db, async (tx) => {
      const administrators = await lockActiveAdministrators(tx)
      if (!administrators.includes(by.userId)) throw notAllowed({ needs: 'the role administrator' })
      const target = await lockUser(tx, userId)
      if (!target) throw userNotFound({ userId })
      const requireAnotherAdministrator = () => {
        if (administrators.length === 1 && administrators[0] === userId) throw lastAdministrator()
      }
      return work({ tx, user: target, at: now(), actor, requireAnotherAdministrator })
    })
    if (revocation) await auth.announce(revocation)
    return versioned(user)
  }

  return { changeUser, deactivateUser, reactivateUser, resetTotp }
}
