import type { Kysely } from 'kysely'
import { type Actor, recordAudit } from '#modules/audit/index.ts'
import { lockUser, updateUser } from '#modules/users/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { enqueue } from '#platform/jobs/outbox.ts'
import type { Database } from '../../../database.ts'
import type { AccountsDeps } from '../deps.ts'
import type { CountAccountEvent } from '../events.ts'
import { sendInvitation } from '../mails/jobs.ts'
import type { OneTimeTokens } from '../one-time-tokens/one-time-tokens.ts'
import { deleteUnusedTokens } from '../one-time-tokens/queries.ts'
import { linkInvalid } from '../problems.ts'

interface InvitationDeps extends Pick<AccountsDeps, 'db' | 'now' | 'passwords'> {
  readonly tokens: OneTimeTokens
  readonly countEvent: CountAccountEvent
}

export function createInvitation({ db, now, passwords, tokens, countEvent }: InvitationDeps) {
  /** Mails an invited person a link, in the caller's transaction; an older one stops working. */
  async function mailInvitation(tx: Kysely<Database>, userId: string): Promise<void> {
    await deleteUnusedTokens(tx, userId, 'invitation')
    await enqueue(tx, sendInvitation, { tokenId: await tokens.issue(tx, 'invitation', userId) }, now())
  }

  /** Sets the invited person's password and opens the account. */
  async function acceptInvitation(
    { token, password }: { token: string; password: string },
    actor: Actor,
  ): Promise<void> {
    if (!(await tokens.find(db, 'invitation', token))) throw linkInvalid()
    const passwordHash = await passwords.hashPassword(password)
    await inTransaction(db, async (tx) => {
      const row = await tokens.use(tx, 'invitation', token)
      const user = row?.user_id ? await lockUser(tx, row.user_id) : undefined
      if (user?.status !== 'invited') throw linkInvalid()
      const at = now()
      const time = at.toISOString()
      await updateUser(tx, user.id, {
        status: 'active',
        password_hash: passwordHash,
        // The link came to this address.
        email_verified_at: time,
        updated_at: time,
      })
      const by = { ...actor, userId: user.id }
      await recordAudit(tx, by, { action: 'user.invitation-accepted', subjectType: 'user', subjectId: user.id }, at)
      countEvent('invitation-accepted')
    })
  }

  return { mailInvitation, acceptInvitation }
}
