/**
 * Values that may be forgotten: revoked tokens, counters of rate limits, caches. Keys expire by themselves. Redis in
 * production, this process's memory in embedded mode.
 */
export interface EphemeralStore {
  /** The values of `keys`, in order; null where there is none. One round trip. */
  getMany(keys: readonly string[]): Promise<(string | null)[]>
  set(key: string, value: string, ttlSeconds: number): Promise<void>
  /** Sets the key only if it does not exist; true when it did so. */
  setIfAbsent(key: string, value: string, ttlSeconds: number): Promise<boolean>
  delete(key: string): Promise<void>
  /** Adds `by` to a counter that expires `ttlSeconds` after its first increment. */
  increment(key: string, by: number, ttlSeconds: number): Promise<{ value: number; ttlSeconds: number }>
  /** Throws `StoreUnavailable` when the store cannot be used right now. */
  check(): Promise<void>
  close(): Promise<void>
}

/** The store does not answer. Each caller decides what that means for it. */
export class StoreUnavailable extends Error {
  constructor(cause: unknown) {
    super('The Redis server does not answer.', { cause })
    this.name = 'StoreUnavailable'
  }
}
