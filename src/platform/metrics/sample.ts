import { settledWithin } from '#platform/time/settled-within.ts'

export interface SampleOptions<T> {
  readonly read: () => Promise<T>
  /** What is told before the first reading. */
  readonly initial: T
  readonly freshSeconds: number
}

/** A reading that has become slow, on much data, may take at most this part of the time. */
const SHARE_OF_TIME = 0.02
const ANSWER_MS = 1000

/**
 * A value for gauges that is dear to read: read at a scrape, when the last one is old. While it cannot be read, or takes
 * long, the last value is told, and the scrape is answered all the same.
 */
export function createSample<T>({ read, initial, freshSeconds }: SampleOptions<T>): () => Promise<T> {
  let value = initial
  let freshUntil = 0
  let reading: Promise<void> | undefined

  async function readOnce(): Promise<void> {
    const started = performance.now()
    try {
      value = await read()
    } finally {
      const ended = performance.now()
      freshUntil = ended + Math.max(freshSeconds * 1000, (ended - started) / SHARE_OF_TIME)
      reading = undefined
    }
  }

  return async () => {
    if (performance.now() >= freshUntil) {
      reading ??= readOnce()
      await settledWithin(reading, ANSWER_MS)
    }
    return value
  }
}
