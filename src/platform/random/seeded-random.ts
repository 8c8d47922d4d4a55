import { createHash } from 'node:crypto'

/** A sequence of numbers that look random and are the same for the same seed, in every process and release. */
export interface SeededRandom {
  /** A whole number from 0 up to, but not including, `limit` (at most 2^32); each equally likely. */
  below(limit: number): number
}

/** Any text is a seed: its SHA-256 is the first state, so that seeds which differ little share nothing. */
export function createSeededRandom(seed: string): SeededRandom {
  const bytes = createHash('sha256').update(seed).digest()
  const next = xoshiro128([0, 4, 8, 12].map((at) => bytes.readUInt32LE(at)))
  return {
    below(limit) {
      // What lies above the last whole multiple would make small numbers likelier: draw again.
      const fair = 2 ** 32 - (2 ** 32 % limit)
      for (;;) {
        const drawn = next()
        if (drawn < fair) return drawn % limit
      }
    },
  }
}

/** The items in the order that `seed` decides: Fisher and Yates's shuffle, each order equally likely. */
export function shuffled<T>(items: readonly T[], seed: string): T[] {
  const random = createSeededRandom(seed)
  const left = [...items]
  const order: T[] = []
  while (left.length > 0) order.push(...left.splice(random.below(left.length), 1))
  return order
}

/**
 * xoshiro128**: 32 bits with each call. Source: D. Blackman and S. Vigna, “Scrambled linear pseudorandom number
 * generators”, ACM Transactions on Mathematical Software 47 (2021), and their reference implementation.
 */
export function xoshiro128(seed: readonly number[]): () => number {
  let [a = 0, b = 0, c = 0, d = 0] = seed
  return () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = rotate(d, 11)
    return result
  }
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits))
}
