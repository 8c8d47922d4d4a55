import { shuffled } from '#platform/random/seeded-random.ts'

/**
 * `count` of the ids, or all if there are fewer, in random order. The same for the same seed and the same ids, in
 * whichever order they come; each choice and order equally likely.
 */
export function drawQuestions(ids: readonly string[], count: number, seed: string): string[] {
  return shuffled([...new Set(ids)].sort(), seed).slice(0, Math.max(0, count))
}
