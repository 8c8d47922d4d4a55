import type { JSONColumnType } from 'kysely'

export interface IdempotencyDatabase {
  idempotency_claim: {
    /** SHA-256 of who sent the key and the key itself. */
    id: string
    /** SHA-256 of method, address and body: the same key for another request is a mistake. */
    fingerprint: string
    /** Whoever took the claim last; an older holder that is still running must not commit any more. */
    claim_token: string
    /** `running`: no effect yet; `committed`: the effect exists; `answered`: and the response is kept. */
    state: 'running' | 'committed' | 'answered'
    /** Until then its holder is believed to be alive. */
    leased_until: string
    expires_at: string
    response_status: number | null
    response_headers: JSONColumnType<Record<string, string>> | null
    response_body: string | null
  }
}
