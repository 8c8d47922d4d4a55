import type { Sample } from './load.ts'

/** Milliseconds below which the share of the successful samples stayed; 0 without any. */
export function percentile(samples: readonly Sample[], share: number): number {
  const sorted = samples
    .filter(({ failure }) => failure === undefined)
    .map(({ milliseconds }) => milliseconds)
    .sort((a, b) => a - b)
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0)
}

/** Requests, without the held uploads, whose time says nothing. */
export function requestsOf(samples: readonly Sample[]): Sample[] {
  return samples.filter(({ client }) => client !== 'held upload')
}

/** Those that were due around one of these moments. */
export function around(samples: readonly Sample[], moments: readonly number[]): Sample[] {
  return samples.filter(({ dueAt }) => moments.some((at) => dueAt > at - BEFORE_MS && dueAt < at + AFTER_MS))
}

const BEFORE_MS = 500
const AFTER_MS = 5000

/** How often each failure was seen, the most frequent first. */
export function failuresOf(samples: readonly Sample[]): [string, number][] {
  const counts = new Map<string, number>()
  for (const { client, failure } of samples) {
    if (failure === undefined) continue
    const name = `${client}: ${failure.replace(/\d{4,}/g, 'N')}`
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return [...counts].sort(([, a], [, b]) => b - a)
}
