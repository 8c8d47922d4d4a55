import type { Kysely } from 'kysely'
import { type Actor, recordAudit } from '#modules/audit/index.ts'
import { lockUser, selectUserByEmail, type UserRow, updateUser } from '#modules/users/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import type { Database } from '../../../database.ts'
import type { CountAttempt } from '../attempt-counter.ts'
import type { Client } from '../client.ts'
import type { AuthDeps } from '../deps.ts'
import { secondFactorRequired, wrongCredentials } from '../problems.ts'
import type { Tokens } from '../sessions/schemas.ts'
import type { Challenges, StartSession } from './challenges.ts'
import type { LoginThrottle } from './login-throttle.ts'
import type { PasswordCheck } from './password-check.ts'
import type { LoginBody } from './schemas.ts'

interface LoginDeps extends Pick<AuthDeps, 'db' | 'now'> {
  readonly checkPassword: PasswordCheck['checkPassword']
  readonly loginThrottle: LoginThrottle
  readonly countAttempt: CountAttempt
  readonly beginChallenge: Challenges['beginChallenge']
  readonly startSession: StartSession
}

/** Logging in with mail address and password. */
export function createLogin(deps: LoginDeps) {
  const { db, now, checkPassword, loginThrottle, countAttempt, beginChallenge, startSession } = deps

  /** Gives tokens, or throws `secondFactorRequired` with a challenge when the account asks for a code too. */
  async function login(input: LoginBody, client: Client, actor: Actor): Promise<Tokens> {
    const user = await selectUserByEmail(db, input.email)
    const checked = await checkPassword(user, input, client)
    if (!user || !checked) return refuse(user, actor)
    const outcome = await inTransaction(db, async (tx) => {
      const present = await lockUser(tx, user.id)
      // What was checked may have changed while the hash was computed.
      if (present?.status !== 'active' || present.password_hash !== user.password_hash) return undefined
      if (checked.newHash) await updateUser(tx, user.id, { password_hash: checked.newHash })
      if (present.totp_enabled_at !== null) return beginChallenge(tx, present, actor)
      return { tokens: await startSession(tx, present, client, actor) }
    })
    if (!outcome) return refuse(user, actor)
    if ('challengeToken' in outcome) {
      countAttempt({ action: 'login', outcome: 'challenged' })
      throw secondFactorRequired(outcome)
    }
    await loginThrottle.forgive(input.email, client.network)
    countAttempt({ action: 'login', outcome: 'success' })
    return outcome.tokens
  }

  async function refuse(user: UserRow | undefined, actor: Actor): Promise<never> {
    countAttempt({ action: 'login', outcome: 'failure' })
    const entry = { action: 'auth.login-failed', subjectType: 'user', subjectId: user?.id ?? null } as const
    await recordAudit(db as Kysely<Database>, actor, entry, now())
    throw wrongCredentials()
  }

  return { login }
}
