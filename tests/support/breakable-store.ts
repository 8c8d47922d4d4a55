import { type EphemeralStore, StoreUnavailable } from '#platform/ephemeral/ephemeral-store.ts'
import { createMemoryStore } from '#platform/ephemeral/memory-store.ts'
import type { TestClock } from './clock.ts'

export type BreakableStore = EphemeralStore & {
  /** While true the store does not answer, as Redis behind a cut network. */
  isDown: boolean
  /** Forgets everything, as a Redis that was started anew without its data. */
  empty(): void
}

/** The memory adapter with an outage and a loss of data to switch on. */
export function createBreakableStore({ now }: Pick<TestClock, 'now'>): BreakableStore {
  let store = createMemoryStore(() => now().getTime())
  async function answer<T>(work: (store: EphemeralStore) => Promise<T>): Promise<T> {
    if (breakable.isDown) throw new StoreUnavailable(new Error('switched off by the test'))
    return work(store)
  }
  const breakable: BreakableStore = {
    isDown: false,
    empty() {
      store = createMemoryStore(() => now().getTime())
    },
    getMany: (keys) => answer((one) => one.getMany(keys)),
    set: (...args) => answer((one) => one.set(...args)),
    setIfAbsent: (...args) => answer((one) => one.setIfAbsent(...args)),
    delete: (key) => answer((one) => one.delete(key)),
    increment: (...args) => answer((one) => one.increment(...args)),
    check: () => answer((one) => one.check()),
    close: async () => {},
  }
  return breakable
}
