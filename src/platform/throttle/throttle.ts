import { createHash } from 'node:crypto'
import { type EphemeralStore, StoreUnavailable } from '#platform/ephemeral/ephemeral-store.ts'
import { createMemoryStore } from '#platform/ephemeral/memory-store.ts'
import { counter, type Metrics } from '#platform/metrics/metrics.ts'
import { throttleFallbacksTotal } from './metrics.ts'

/** At most `limit` events of one key within `windowSeconds`, which begin with the first of them. 0: no limit. */
export interface ThrottleRule {
  readonly name: string
  readonly limit: number
  readonly windowSeconds: number
}

export interface Throttle {
  /** Seconds until each key is below its limit again; 0 where it is now. Counts nothing. */
  waitSeconds(...counts: readonly (readonly [ThrottleRule, string])[]): Promise<number[]>
  /** Counts one event of the key and returns 0, or, where it exceeds the limit, the seconds until the window ends. */
  count(rule: ThrottleRule, key: string): Promise<number>
  /** Begins anew with the key. */
  forget(rule: ThrottleRule, key: string): Promise<void>
}

export interface ThrottleDeps {
  readonly store: EphemeralStore
  readonly metrics: Metrics
  readonly now: () => Date
}

/**
 * Counts events in the store that all processes share. While it does not answer each process counts for itself, so an
 * outage neither opens the gate nor closes it; the next call after it uses the store again.
 */
export function createThrottle({ store, metrics, now }: ThrottleDeps): Throttle {
  const ownCounts = createMemoryStore(() => now().getTime())
  const countFallback = counter(metrics, throttleFallbacksTotal)

  async function shared<T>(work: (store: EphemeralStore) => Promise<T>): Promise<T> {
    try {
      return await work(store)
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error
      countFallback({})
      return work(ownCounts)
    }
  }

  return {
    waitSeconds: (...counts) =>
      shared(async (counters) => {
        const values = await counters.getMany(counts.map(([rule, key]) => storeKey(rule, key)))
        return Promise.all(
          counts.map(async ([rule, key], index) => {
            if (rule.limit === 0 || Number(values[index] ?? 0) < rule.limit) return 0
            const { ttlSeconds } = await counters.increment(storeKey(rule, key), 0, rule.windowSeconds)
            return Math.max(1, ttlSeconds)
          }),
        )
      }),
    count: (rule, key) =>
      shared(async (counters) => {
        if (rule.limit === 0) return 0
        const { value, ttlSeconds } = await counters.increment(storeKey(rule, key), 1, rule.windowSeconds)
        return value > rule.limit ? Math.max(1, ttlSeconds) : 0
      }),
    forget: (rule, key) => shared((counters) => counters.delete(storeKey(rule, key))),
  }
}

/** Keys hold addresses and come from strangers: hashed, they say nothing and have one length. */
function storeKey({ name }: ThrottleRule, key: string): string {
  return `throttle:${name}:${createHash('sha256').update(key).digest('base64url').slice(0, 22)}`
}
