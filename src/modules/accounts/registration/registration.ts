import { type Actor, recordAudit } from '#modules/audit/index.ts'
import type { Client } from '#modules/auth/index.ts'
import { toUser, type User } from '#modules/users/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { enqueue } from '#platform/jobs/outbox.ts'
import type { AccountThrottle } from '../account-throttle.ts'
import type { AccountsDeps } from '../deps.ts'
import type { CountAccountEvent } from '../events.ts'
import { sendVerification } from '../mails/jobs.ts'
import { insertAccount } from '../new-account.ts'
import type { OneTimeTokens } from '../one-time-tokens/one-time-tokens.ts'
import type { RegisterBody } from './schemas.ts'

interface RegistrationDeps extends Pick<AccountsDeps, 'db' | 'now' | 'newId' | 'passwords'> {
  readonly throttle: AccountThrottle
  readonly tokens: OneTimeTokens
  readonly countEvent: CountAccountEvent
}

export function createRegistration(deps: RegistrationDeps) {
  const { db, now, newId, passwords, throttle, tokens, countEvent } = deps

  /** Creates a student's account and mails a link to verify its address. Other roles come from an administrator. */
  async function register(input: RegisterBody, client: Client, actor: Actor): Promise<User> {
    await throttle.admitRegistration(client)
    const passwordHash = await passwords.hashPassword(input.password)
    const user = await inTransaction(db, async (tx) => {
      const at = now()
      const row = await insertAccount(
        tx,
        { ...input, id: newId(), role: 'student', status: 'active', passwordHash, emailVerifiedAt: null },
        at,
      )
      const by = { ...actor, userId: row.id }
      await recordAudit(tx, by, { action: 'user.registered', subjectType: 'user', subjectId: row.id }, at)
      await enqueue(tx, sendVerification, { tokenId: await tokens.issue(tx, 'verify-email', row.id) }, at)
      countEvent('registered')
      return row
    })
    return toUser(user)
  }

  return { register }
}
