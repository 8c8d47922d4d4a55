import type { Kysely } from 'kysely'
import { type Actor, recordAudit } from '#modules/audit/index.ts'
import { selectUserById, type UserRow, updateUser } from '#modules/users/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import type { Database } from '../../../database.ts'
import type { CountAttempt } from '../attempt-counter.ts'
import type { Client } from '../client.ts'
import type { AuthDeps } from '../deps.ts'
import { refreshTokenInvalid } from '../problems.ts'
import { hashOpaqueToken, newOpaqueToken } from './opaque-token.ts'
import {
  insertRefreshToken,
  insertSession,
  selectSessionIdOfToken,
  touchSession,
  updateSessionEnd,
  useRefreshToken,
} from './queries.ts'
import type { Tokens } from './schemas.ts'

type IssuingDeps = Pick<AuthDeps, 'db' | 'now' | 'newId' | 'accessTokens' | 'blacklist' | 'refreshTokenDays'> & {
  readonly countAttempt: CountAttempt
}

type RefreshOutcome =
  | { readonly kind: 'refreshed'; readonly user: UserRow; readonly sessionId: string }
  | { readonly kind: 'reused'; readonly sessionId: string }
  | { readonly kind: 'invalid' }

const DAY_MS = 24 * 60 * 60 * 1000

/** Beginning a session and keeping it alive. */
export function createSessionIssuing(deps: IssuingDeps) {
  const { db, now, newId, accessTokens, blacklist, refreshTokenDays, countAttempt } = deps

  /** Logs `user` in, whose row the caller has locked and found active. */
  async function startSession(tx: Kysely<Database>, user: UserRow, client: Client, actor: Actor): Promise<Tokens> {
    const at = now()
    const time = at.toISOString()
    const sessionId = newId()
    const { token, hash } = newOpaqueToken()
    await insertSession(tx, {
      id: sessionId,
      user_id: user.id,
      created_at: time,
      last_used_at: time,
      expires_at: sessionEnd(at),
      network: client.network,
      user_agent: client.userAgent,
      ended_at: null,
      end_reason: null,
    })
    await insertRefreshToken(tx, { token_hash: hash, session_id: sessionId, issued_at: time, used_at: null })
    await updateUser(tx, user.id, { last_login_at: time })
    const by = { ...actor, userId: user.id }
    await recordAudit(tx, by, { action: 'auth.logged-in', subjectType: 'session', subjectId: sessionId }, at)
    return toTokens(user, sessionId, token)
  }

  /** Exchanges a refresh token. A token that comes a second time was stolen: its whole session ends. */
  async function refresh(refreshToken: string, actor: Actor): Promise<Tokens> {
    const at = now()
    const next = newOpaqueToken()
    const outcome = await inTransaction(db, (tx) => exchange(tx, hashOpaqueToken(refreshToken), next.hash, at, actor))
    if (outcome.kind === 'refreshed') {
      countAttempt({ action: 'refresh', outcome: 'success' })
      return toTokens(outcome.user, outcome.sessionId, next.token)
    }
    if (outcome.kind === 'reused') await blacklist.revokeSession(outcome.sessionId)
    countAttempt({ action: 'refresh', outcome: 'failure' })
    throw refreshTokenInvalid()
  }

  async function exchange(
    tx: Kysely<Database>,
    tokenHash: string,
    nextHash: string,
    at: Date,
    actor: Actor,
  ): Promise<RefreshOutcome> {
    const time = at.toISOString()
    const sessionId = await useRefreshToken(tx, tokenHash, time)
    if (sessionId === undefined) return endStolenSession(tx, tokenHash, at, actor)
    // Before the account is read: a session that ends meanwhile then either stops this or voids what this issues.
    const userId = await touchSession(tx, sessionId, { last_used_at: time, expires_at: sessionEnd(at) })
    const user = userId === undefined ? undefined : await selectUserById(tx, userId)
    if (user?.status !== 'active') return { kind: 'invalid' }
    await insertRefreshToken(tx, { token_hash: nextHash, session_id: sessionId, issued_at: time, used_at: null })
    return { kind: 'refreshed', user, sessionId }
  }

  async function endStolenSession(
    tx: Kysely<Database>,
    tokenHash: string,
    at: Date,
    actor: Actor,
  ): Promise<RefreshOutcome> {
    const sessionId = await selectSessionIdOfToken(tx, tokenHash)
    if (sessionId === undefined) return { kind: 'invalid' }
    const end = { ended_at: at.toISOString(), end_reason: 'refresh-token-reused' } as const
    if ((await updateSessionEnd(tx, { id: sessionId }, end)) !== undefined) {
      const entry = { action: 'auth.refresh-token-reused', subjectType: 'session', subjectId: sessionId } as const
      await recordAudit(tx, actor, entry, at)
    }
    return { kind: 'reused', sessionId }
  }

  function toTokens(user: UserRow, sessionId: string, refreshToken: string): Tokens {
    const { accessToken, expiresIn } = accessTokens.issueAccessToken({
      userId: user.id,
      sessionId,
      role: user.role,
      generation: user.token_generation,
    })
    return { accessToken, refreshToken, tokenType: 'Bearer', expiresIn }
  }

  function sessionEnd(at: Date): string {
    return new Date(at.getTime() + refreshTokenDays * DAY_MS).toISOString()
  }

  return { startSession, refresh }
}
