const BATCH_ROWS = 1000

/**
 * Deletes many rows a thousand at a time, so that nobody waits long for a lock. `deleteSome` deletes at most `limit`
 * rows and returns how many there were. Stops between two batches when the signal is aborted; returns the sum.
 */
export async function inBatches(signal: AbortSignal, deleteSome: (limit: number) => Promise<number>): Promise<number> {
  let sum = 0
  while (!signal.aborted) {
    const deleted = await deleteSome(BATCH_ROWS)
    sum += deleted
    if (deleted < BATCH_ROWS) break
  }
  return sum
}
