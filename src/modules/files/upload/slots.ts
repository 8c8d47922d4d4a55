import { overloaded } from '#platform/http/problems.ts'
import { tooManyUploads } from '../problems.ts'

export interface SlotLimits {
  readonly perAccount: number
  /** Of all accounts together: every upload holds memory (4 MiB with Azure) and a connection. */
  readonly perProcess: number
}

/** Bounds the uploads that this process receives at the same time. */
export function createSlots({ perAccount, perProcess }: SlotLimits, onChange: (running: number) => void) {
  const running = new Map<string, number>()
  let total = 0

  function change(accountId: string, by: 1 | -1): void {
    const count = (running.get(accountId) ?? 0) + by
    if (count === 0) running.delete(accountId)
    else running.set(accountId, count)
    total += by
    onChange(total)
  }

  /** Runs `work` in a free slot, or refuses at once. */
  return async function inSlot<T>(accountId: string, work: () => Promise<T>): Promise<T> {
    if ((running.get(accountId) ?? 0) >= perAccount) throw tooManyUploads({ limit: perAccount })
    if (total >= perProcess) throw overloaded()
    change(accountId, 1)
    try {
      return await work()
    } finally {
      change(accountId, -1)
    }
  }
}
