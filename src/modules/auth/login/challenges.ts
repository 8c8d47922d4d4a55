import type { Kysely } from 'kysely'
import { type Actor, recordAudit } from '#modules/audit/index.ts'
import { lockUser, selectUserById, type UserRow } from '#modules/users/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { enqueue } from '#platform/jobs/outbox.ts'
import type { Database } from '../../../database.ts'
import type { CountAttempt } from '../attempt-counter.ts'
import type { Client } from '../client.ts'
import type { AuthDeps } from '../deps.ts'
import { sendSecurityNotice } from '../notices/jobs.ts'
import { challengeInvalid, wrongCode } from '../problems.ts'
import { hashOpaqueToken, newOpaqueToken } from '../sessions/opaque-token.ts'
import type { Tokens } from '../sessions/schemas.ts'
import type { CodeCheck } from '../totp/code-check.ts'
import { countChallengeGuess, insertChallenge, markChallengeUsed, selectChallenge } from './challenge-queries.ts'
import type { LoginThrottle } from './login-throttle.ts'
import type { SecondFactorBody } from './schemas.ts'

export type StartSession = (tx: Kysely<Database>, user: UserRow, client: Client, actor: Actor) => Promise<Tokens>

interface ChallengeDeps extends Pick<AuthDeps, 'db' | 'now'> {
  readonly loginThrottle: LoginThrottle
  readonly countAttempt: CountAttempt
  readonly useCode: CodeCheck['useCode']
  readonly startSession: StartSession
}

interface Challenge {
  readonly challengeToken: string
  readonly expiresIn: number
}

type Answered = { readonly tokens: Tokens } | { readonly guessesLeft: number } | undefined

export type Challenges = ReturnType<typeof createChallenges>

const CHALLENGE_SECONDS = 5 * 60
const GUESSES_MAX = 5

/** The second step of a login: the password was right, now a code is asked for. */
export function createChallenges(deps: ChallengeDeps) {
  const { db, now, loginThrottle, countAttempt, useCode, startSession } = deps

  /** Begins the second step for a locked account whose password was right. */
  async function beginChallenge(tx: Kysely<Database>, user: UserRow, actor: Actor): Promise<Challenge> {
    const at = now()
    const { token, hash } = newOpaqueToken()
    await insertChallenge(tx, {
      token_hash: hash,
      user_id: user.id,
      created_at: at.toISOString(),
      expires_at: new Date(at.getTime() + CHALLENGE_SECONDS * 1000).toISOString(),
    })
    const by = { ...actor, userId: user.id }
    await recordAudit(tx, by, { action: 'auth.code-requested', subjectType: 'user', subjectId: user.id }, at)
    return { challengeToken: token, expiresIn: CHALLENGE_SECONDS }
  }

  /** Ends the login with a code of the app or a recovery code: at most 5 tries a challenge, and each code once. */
  async function answerChallenge(input: SecondFactorBody, client: Client, actor: Actor): Promise<Tokens> {
    const tokenHash = hashOpaqueToken(input.challengeToken)
    const challenge = await selectChallenge(db, tokenHash)
    const user = challenge && (await selectUserById(db, challenge.user_id))
    if (!user) throw refuse()
    await loginThrottle.admitCode(user, client.network)
    const outcome = await inTransaction(db, (tx) => tryCode(tx, user.id, tokenHash, input.code, client, actor))
    if (!outcome) throw refuse()
    if ('guessesLeft' in outcome) {
      await loginThrottle.countFailure(user.email, client.network)
      countAttempt({ action: 'second-factor', outcome: 'failure' })
      throw wrongCode(outcome)
    }
    await loginThrottle.forgive(user.email, client.network)
    await loginThrottle.forgiveCodes(user)
    countAttempt({ action: 'second-factor', outcome: 'success' })
    return outcome.tokens
  }

  /** Commits in every case: a wrong guess must stay counted. */
  async function tryCode(
    tx: Kysely<Database>,
    userId: string,
    tokenHash: string,
    code: string,
    client: Client,
    actor: Actor,
  ): Promise<Answered> {
    const at = now()
    const user = await lockUser(tx, userId)
    const challenge = await countChallengeGuess(tx, tokenHash, { at: at.toISOString(), guessesMax: GUESSES_MAX })
    if (user?.status !== 'active' || !challenge) return undefined
    const factor = await useCode(tx, userId, code)
    const subject = { subjectType: 'user', subjectId: userId } as const
    if (!factor) {
      await recordAudit(tx, actor, { action: 'auth.code-refused', ...subject }, at)
      return { guessesLeft: GUESSES_MAX - challenge.guesses }
    }
    await recordAudit(tx, { ...actor, userId }, { action: 'auth.code-accepted', ...subject, details: { factor } }, at)
    await markChallengeUsed(tx, tokenHash, at.toISOString())
    if (factor === 'recovery-code') {
      const notice = { userId, notice: 'recovery-code-used', happenedAt: at.toISOString() } as const
      await enqueue(tx, sendSecurityNotice, notice, at)
    }
    return { tokens: await startSession(tx, user, client, actor) }
  }

  function refuse() {
    countAttempt({ action: 'second-factor', outcome: 'failure' })
    return challengeInvalid()
  }

  return { beginChallenge, answerChallenge }
}
