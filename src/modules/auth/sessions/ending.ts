import type { Kysely } from 'kysely'
import { type Actor, recordAudit } from '#modules/audit/index.ts'
import { startTokenGeneration, type UserRow } from '#modules/users/index.ts'
import { afterCommit, inTransaction } from '#platform/database/transaction.ts'
import { counter } from '#platform/metrics/metrics.ts'
import type { Database } from '../../../database.ts'
import type { Principal } from '../access-token.ts'
import type { AuthDeps } from '../deps.ts'
import { deleteChallenges } from '../login/challenge-queries.ts'
import { sessionsEndedTotal } from '../metrics.ts'
import { sessionNotFound } from '../problems.ts'
import { type SessionEndReason, updateSessionEnd, updateSessionEnds } from './queries.ts'

/** What became void by a committed change; `announce` makes it known to every process. */
export interface Revocation {
  readonly sessionIds?: readonly string[]
  readonly user?: UserRow
}

export type SessionEnding = ReturnType<typeof createSessionEnding>

/** Ending sessions, by their owner or because something happened to the account. */
export function createSessionEnding({
  db,
  metrics,
  now,
  blacklist,
}: Pick<AuthDeps, 'db' | 'metrics' | 'now' | 'blacklist'>) {
  const countEnded = counter(metrics, sessionsEndedTotal)

  /** Ends the session of this very request. */
  async function logOut({ userId, sessionId }: Principal, actor: Actor): Promise<void> {
    await endOne(userId, sessionId, 'logged-out', actor)
    await announce({ sessionIds: [sessionId] })
  }

  /** Ends all sessions of the account, this one too. */
  async function logOutEverywhere({ userId }: Principal, actor: Actor): Promise<void> {
    await announce(await inTransaction(db, (tx) => endAllSessions(tx, userId, 'logged-out-everywhere', actor)))
  }

  /** Ends one of the account's own sessions; those of others do not exist for it. */
  async function endOwnSession({ userId }: Principal, sessionId: string, actor: Actor): Promise<void> {
    if (!(await endOne(userId, sessionId, 'ended-by-owner', actor))) throw sessionNotFound({ sessionId })
    await announce({ sessionIds: [sessionId] })
  }

  function endOne(userId: string, sessionId: string, reason: SessionEndReason, actor: Actor): Promise<boolean> {
    return inTransaction(db, async (tx) => {
      const owner = await updateSessionEnd(tx, { id: sessionId, userId }, endNow(reason))
      if (owner === undefined) return false
      await recordEnd(tx, userId, [sessionId], reason, actor)
      return true
    })
  }

  /**
   * Ends every session of an account and voids all its access tokens, in the caller's transaction; after the commit
   * the caller announces what it got.
   */
  async function endAllSessions(
    tx: Kysely<Database>,
    userId: string,
    reason: SessionEndReason,
    actor: Actor,
  ): Promise<Revocation> {
    const user = await startTokenGeneration(tx, userId, now())
    await deleteChallenges(tx, userId)
    const sessionIds = await updateSessionEnds(tx, { userId }, endNow(reason))
    await recordEnd(tx, userId, sessionIds, reason, actor)
    return { user }
  }

  /** The same for every session but the one of `principal`, whose access token stays good. */
  async function endOtherSessions(
    tx: Kysely<Database>,
    { userId, sessionId }: Principal,
    reason: SessionEndReason,
    actor: Actor,
  ): Promise<Revocation> {
    await deleteChallenges(tx, userId)
    const sessionIds = await updateSessionEnds(tx, { userId, keep: sessionId }, endNow(reason))
    await recordEnd(tx, userId, sessionIds, reason, actor)
    return { sessionIds }
  }

  async function recordEnd(
    tx: Kysely<Database>,
    userId: string,
    sessionIds: readonly string[],
    reason: SessionEndReason,
    actor: Actor,
  ): Promise<void> {
    if (sessionIds.length === 0) return
    const details = { reason, sessionIds }
    await recordAudit(
      tx,
      actor,
      { action: 'auth.sessions-ended', subjectType: 'user', subjectId: userId, details },
      now(),
    )
    afterCommit(() => countEnded({ reason }, sessionIds.length))
  }

  async function announce({ sessionIds = [], user }: Revocation): Promise<void> {
    await Promise.all(sessionIds.map((id) => blacklist.revokeSession(id)))
    if (user) await blacklist.revokeUser(user.id, user.token_generation)
  }

  function endNow(reason: SessionEndReason) {
    return { ended_at: now().toISOString(), end_reason: reason }
  }

  return { logOut, logOutEverywhere, endOwnSession, endAllSessions, endOtherSessions, announce }
}
