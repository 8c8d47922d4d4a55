import { type EphemeralStore, StoreUnavailable } from '#platform/ephemeral/ephemeral-store.ts'
import type { Log } from '#platform/log/log.ts'
import { counter, type Metrics } from '#platform/metrics/metrics.ts'
import type { Principal } from './access-token.ts'
import { blacklistUnavailableTotal } from './metrics.ts'
import { tokenCheckUnavailable } from './problems.ts'

export type Blacklist = ReturnType<typeof createBlacklist>

export interface BlacklistDeps {
  readonly store: EphemeralStore
  readonly log: Log
  readonly metrics: Metrics
  /** With the store unreachable: true refuses with 503, false lets the signature alone decide. */
  readonly failsClosed: boolean
  readonly accessTokenSeconds: number
}

/** Access tokens that were revoked before they expired, by session and by account. */
export function createBlacklist({ store, log, metrics, failsClosed, accessTokenSeconds }: BlacklistDeps) {
  const countUnavailable = counter(metrics, blacklistUnavailableTotal)

  /** Revokes every access token of the session. */
  async function revokeSession(sessionId: string): Promise<void> {
    await store.set(`revoked:session:${sessionId}`, '1', accessTokenSeconds)
  }

  /** Revokes every access token of the account that was issued before `at`. */
  async function revokeUser(userId: string, at: Date): Promise<void> {
    await store.set(`revoked:user:${userId}`, String(Math.floor(at.getTime() / 1000)), accessTokenSeconds)
  }

  async function isRevoked({ sessionId, userId, issuedAt }: Principal): Promise<boolean> {
    try {
      const [session, user] = await store.getMany([`revoked:session:${sessionId}`, `revoked:user:${userId}`])
      return session !== null || (user !== null && user !== undefined && issuedAt <= Number(user))
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error
      countUnavailable({ outcome: failsClosed ? 'refused' : 'accepted' })
      if (failsClosed) throw tokenCheckUnavailable(undefined, error)
      log.warn({ err: error }, 'token blacklist unavailable: the signature alone decided')
      return false
    }
  }

  return { revokeSession, revokeUser, isRevoked }
}
