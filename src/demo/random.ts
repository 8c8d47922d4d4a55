import { v7 as uuidv7 } from 'uuid'

/** A sequence of numbers that look random and are the same for the same seed. */
export interface Random {
  /** From 0 up to, but not including, 1. */
  next(): number
  /** A whole number from `min` to `max`, both included. */
  whole(min: number, max: number): number
  chance(probability: number): boolean
  pick<T>(items: readonly T[]): T
  shuffled<T>(items: readonly T[]): T[]
  /** A UUIDv7 as the product would have made it at that moment. */
  id(at: Date): string
}

/** Mulberry32: small, quick, and good enough for data that is only looked at. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0

  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  const whole = (min: number, max: number) => min + Math.floor(next() * (max - min + 1))
  const bytes = new Uint8Array(16)
  return {
    next,
    whole,
    chance: (probability) => next() < probability,
    pick<T>(items: readonly T[]): T {
      const item = items[whole(0, items.length - 1)]
      if (item === undefined) throw new Error('There is nothing to pick from.')
      return item
    },
    shuffled(items) {
      return items
        .map((item) => ({ item, at: next() }))
        .sort((a, b) => a.at - b.at)
        .map(({ item }) => item)
    },
    id(at) {
      for (let i = 0; i < bytes.length; i++) bytes[i] = Math.floor(next() * 256)
      return uuidv7({ msecs: at.getTime(), random: bytes })
    },
  }
}
