import { LRUCache } from 'lru-cache'
import type { EphemeralStore } from './ephemeral-store.ts'

const KEYS_KEPT = 100_000

/** The embedded adapter: bounded, in this process, gone when it ends. */
export function createMemoryStore(now: () => number = Date.now): EphemeralStore {
  // With `max` alone the cache would reserve room for all of them at once, megabytes at every start.
  const entries = new LRUCache<string, { value: string; expiresAt: number }>({
    maxSize: KEYS_KEPT,
    sizeCalculation: () => 1,
  })

  function live(key: string) {
    const entry = entries.get(key)
    if (!entry || entry.expiresAt > now()) return entry
    entries.delete(key)
    return undefined
  }

  const put = (key: string, value: string, ttlSeconds: number) =>
    entries.set(key, { value, expiresAt: now() + ttlSeconds * 1000 })

  return {
    getMany: async (keys) => keys.map((key) => live(key)?.value ?? null),
    set: async (key, value, ttlSeconds) => void put(key, value, ttlSeconds),
    async setIfAbsent(key, value, ttlSeconds) {
      if (live(key)) return false
      put(key, value, ttlSeconds)
      return true
    },
    delete: async (key) => void entries.delete(key),
    async increment(key, by, ttlSeconds) {
      const entry = live(key)
      if (!entry) {
        put(key, String(by), ttlSeconds)
        return { value: by, ttlSeconds }
      }
      const value = Number(entry.value) + by
      entries.set(key, { value: String(value), expiresAt: entry.expiresAt })
      return { value, ttlSeconds: Math.ceil((entry.expiresAt - now()) / 1000) }
    },
    check: async () => {},
    close: async () => {},
  }
}
