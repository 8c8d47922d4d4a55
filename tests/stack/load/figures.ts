import type { Sample } from './load.ts'

/** Milliseconds below which the share of the successful samples stayed; 0 without any. */
export function percentile(samples: readonly Sample[], share: number): number {
  const sorted = samples
    .filter(({ failure }) => failure === undefined)
    .map(({ milliseconds }) => milliseconds)
    .sort((a, b) => a - b)
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0)
}

/** Requests, without the held uploads and downloads, whose time says nothing. */
export function requestsOf(samples: readonly Sample[]): Sample[] {
  return samples.filter(({ client }) => !client.startsWith('held '))
}

/** Those that were due around one of these moments. */
export function around(samples: readonly Sample[], moments: readonly number[]): Sample[] {
  return samples.filter(({ dueAt }) => moments.some((at) => dueAt > at - BEFORE_MS && dueAt < at + AFTER_MS))
}

const BEFORE_MS = 500
const AFTER_MS = 5000

/** How many failed. */
export function countFailed(samples: readonly Sample[]): number {
  return samples.filter(({ failure }) => failure !== undefined).length
}

/** How often each failure was seen, the most frequent first, and between which times after its request was due. */
export function failuresOf(samples: readonly Sample[], phaseAt: (at: number) => string = () => ''): string[] {
  const kinds = new Map<string, number[]>()
  for (const { client, failure, dueAt, milliseconds } of samples) {
    if (failure === undefined) continue
    const phase = phaseAt(dueAt + milliseconds)
    const name = `${client}: ${failure.replace(/\d{4,}/g, 'N')}${phase && `, ${phase}`}`
    kinds.set(name, [...(kinds.get(name) ?? []), milliseconds])
  }
  return [...kinds]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([name, times]) => `${times.length} × ${name}, after ${span(times)} ms`)
}

function span(times: readonly number[]): string {
  return `${Math.round(Math.min(...times))} to ${Math.round(Math.max(...times))}`
}
