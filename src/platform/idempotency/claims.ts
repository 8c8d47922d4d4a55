import { createHash, randomUUID } from 'node:crypto'
import type { Kysely } from 'kysely'
import { keyReused, responseLost, stillRunning } from './problems.ts'
import {
  type ClaimRow,
  deleteExpiredClaim,
  deleteRunningClaim,
  endLease,
  insertClaim,
  type KeptResponse,
  keepResponse,
  markCommitted,
  selectClaim,
  takeClaimOver,
} from './queries.ts'
import type { IdempotencyDatabase } from './tables.ts'

// Longer than any statement may run; a holder that works longer loses its claim and with it the right to commit.
const LEASE_MS = 30_000
const LIFE_MS = 24 * 60 * 60 * 1000

export interface KeyedRequest {
  /** Whose key it is: nobody can guess or block the keys of somebody else. */
  readonly scope: string
  readonly key: string
  readonly method: string
  readonly url: string
  readonly body: unknown
}

/** The right to work on a keyed request, or the response that an earlier one got. */
export type ClaimResult =
  | { readonly kind: 'first' | 'taken-over'; readonly claim: Claim }
  | { readonly kind: 'replayed'; readonly response: KeptResponse }

export type Claim = ReturnType<typeof heldClaim>

export interface ClaimsDeps {
  readonly db: Kysely<IdempotencyDatabase>
  readonly now: () => Date
}

/**
 * Claims the key in its own committed statement, before any work. Throws `keyReused`, `stillRunning` or `responseLost`.
 */
export async function claimRequest({ db, now }: ClaimsDeps, request: KeyedRequest): Promise<ClaimResult> {
  const id = sha256(request.scope, request.key)
  const fingerprint = sha256(request.method, request.url, JSON.stringify(request.body) ?? '')
  const token = randomUUID()
  // Between two looks the claim may end or expire; a few rounds settle it.
  for (let round = 0; round < 5; round++) {
    const at = now()
    const leasedUntil = new Date(at.getTime() + LEASE_MS)
    const isMine = await insertClaim(db, {
      id,
      fingerprint,
      claim_token: token,
      state: 'running',
      leased_until: leasedUntil.toISOString(),
      expires_at: new Date(at.getTime() + LIFE_MS).toISOString(),
    })
    if (isMine) return { kind: 'first', claim: heldClaim({ db, now }, id, token) }
    const row = await selectClaim(db, id)
    if (!row) continue
    if (row.expires_at <= at.toISOString()) {
      await deleteExpiredClaim(db, id, at)
      continue
    }
    if (row.fingerprint !== fingerprint) throw keyReused()
    if (row.state === 'answered') return { kind: 'replayed', response: responseOf(row) }
    if (row.leased_until > at.toISOString()) throw stillRunning()
    if (row.state === 'committed') throw responseLost()
    if (await takeClaimOver(db, row, { token, leasedUntil })) {
      return { kind: 'taken-over', claim: heldClaim({ db, now }, id, token) }
    }
  }
  throw stillRunning()
}

function heldClaim({ db, now }: ClaimsDeps, id: string, token: string) {
  let isOpen = true
  return {
    /** The last statement of every transaction of the request: effect and mark are committed together or not at all. */
    async beforeCommit(tx: Kysely<IdempotencyDatabase>): Promise<void> {
      if (!isOpen) return
      if (!(await markCommitted(tx, id, token)) && isOpen) throw stillRunning()
    },
    /** Keeps the response for replays. */
    async keep(response: KeptResponse): Promise<void> {
      isOpen = false
      await keepResponse(db, id, token, response)
    },
    /** The request ends without a response worth keeping: it may be tried again unless it had its effect. */
    async release(): Promise<void> {
      isOpen = false
      await deleteRunningClaim(db, id, token)
      await endLease(db, id, token, now())
    },
  }
}

function responseOf(row: ClaimRow): KeptResponse {
  return { status: row.response_status ?? 200, headers: row.response_headers ?? {}, body: row.response_body ?? '' }
}

function sha256(...parts: string[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(`${part.length}:${part}`)
  return hash.digest('base64url')
}
