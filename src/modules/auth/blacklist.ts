import { type EphemeralStore, StoreUnavailable } from '#platform/ephemeral/ephemeral-store.ts'
import { atMostEvery } from '#platform/log/at-most-every.ts'
import type { Log } from '#platform/log/log.ts'
import { counter, type Metrics } from '#platform/metrics/metrics.ts'
import type { Principal } from './access-token.ts'
import { blacklistUnavailableTotal } from './metrics.ts'
import { tokenCheckUnavailable } from './problems.ts'

export type Blacklist = ReturnType<typeof createBlacklist>

/** What the database knows of recent revocations. */
export interface Revocations {
  readonly sessionIds: readonly string[]
  readonly users: readonly { readonly userId: string; readonly generation: number }[]
}

export interface BlacklistDeps {
  readonly store: EphemeralStore
  readonly log: Log
  readonly metrics: Metrics
  /** With the store unreachable: true refuses with 503, false lets the signature alone decide. */
  readonly failsClosed: boolean
  readonly accessTokenSeconds: number
  /** The revocations that concern access tokens which have not expired yet. */
  readonly recentRevocations: () => Promise<Revocations>
}

// Its absence means that the store was emptied, or is new.
const RESTORED = 'revoked:restored'
const RESTORED_SECONDS = 30 * 24 * 60 * 60
const RETRY_MS = 500

/**
 * Access tokens that were revoked before they expired, by session and by account. The database is the truth: a store
 * that has lost its content is filled again before the next token is accepted.
 */
export function createBlacklist(deps: BlacklistDeps) {
  const { store, log, metrics, failsClosed, accessTokenSeconds } = deps
  const countUnavailable = counter(metrics, blacklistUnavailableTotal)
  // Each such request is counted; a line for each would drown the log when it is needed most.
  const warnTrusting = atMostEvery(30, (error: unknown) =>
    log.warn({ err: error }, 'token blacklist unavailable: the signature alone decided'),
  )
  /** What the store could not take yet; this process knows it meanwhile. */
  const unwritten = new Map<string, { value: string; until: number }>()
  let isRetryPlanned = false
  let restoring: Promise<void> | undefined

  /** Revokes every access token of the session. Never fails: see `put`. */
  function revokeSession(sessionId: string): Promise<void> {
    return put(sessionKey(sessionId), '1')
  }

  /** Revokes every access token of the account whose generation is older than `generation`. Never fails. */
  function revokeUser(userId: string, generation: number): Promise<void> {
    return put(userKey(userId), String(generation))
  }

  /** The revocation is committed already: what the store cannot take now is tried again until it can. */
  async function put(key: string, value: string, until = Date.now() + accessTokenSeconds * 1000): Promise<void> {
    try {
      await store.set(key, value, accessTokenSeconds)
      unwritten.delete(key)
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error
      unwritten.set(key, { value, until })
      if (!isRetryPlanned) setTimeout(writeAgain, RETRY_MS).unref()
      isRetryPlanned = true
    }
  }

  function writeAgain(): void {
    isRetryPlanned = false
    for (const [key, { value, until }] of unwritten) {
      // By then the tokens have expired by themselves.
      if (until <= Date.now()) unwritten.delete(key)
      else put(key, value, until).catch((error) => log.error({ err: error }, 'token blacklist: write failed'))
    }
  }

  async function isRevoked({ sessionId, userId, generation }: Principal): Promise<boolean> {
    const keys = [RESTORED, sessionKey(sessionId), userKey(userId)] as const
    try {
      let [restored, session, user] = await store.getMany(keys)
      if (restored === null) {
        await restore()
        ;[, session, user] = await store.getMany(keys)
      }
      return isVoid(generation, unwritten.get(keys[1])?.value ?? session, unwritten.get(keys[2])?.value ?? user)
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error
      countUnavailable({ outcome: failsClosed ? 'refused' : 'accepted' })
      if (failsClosed) throw tokenCheckUnavailable(undefined, error)
      warnTrusting(error)
      return isVoid(generation, unwritten.get(keys[1])?.value, unwritten.get(keys[2])?.value)
    }
  }

  /** Fills the store from the database; many callers at once wait for one run. */
  function restore(): Promise<void> {
    restoring ??= restoreNow().finally(() => {
      restoring = undefined
    })
    return restoring
  }

  async function restoreNow(): Promise<void> {
    const { sessionIds, users } = await deps.recentRevocations()
    // If absent: a revocation that happens meanwhile is newer than what was read.
    await Promise.all([
      ...sessionIds.map((sessionId) => store.setIfAbsent(sessionKey(sessionId), '1', accessTokenSeconds)),
      ...users.map(({ userId, generation }) =>
        store.setIfAbsent(userKey(userId), String(generation), accessTokenSeconds),
      ),
    ])
    await store.set(RESTORED, '1', RESTORED_SECONDS)
    log.info({ sessions: sessionIds.length, users: users.length }, 'token blacklist filled from the database')
  }

  return { revokeSession, revokeUser, isRevoked, restore }
}

type Stored = string | null | undefined

function isVoid(generation: number, session: Stored, user: Stored): boolean {
  return isPresent(session) || (isPresent(user) && generation < Number(user))
}

function isPresent(value: Stored): value is string {
  return value !== null && value !== undefined
}

function sessionKey(sessionId: string): string {
  return `revoked:session:${sessionId}`
}

function userKey(userId: string): string {
  return `revoked:user:${userId}`
}
