import { createHash } from 'node:crypto'

/**
 * SHA-256 (hex) of an answer as JSON without spaces, the fields of every object sorted by name: a client can reckon it
 * again and compare it with its receipt and the journal.
 */
export function digestOf(answer: unknown): string {
  return createHash('sha256').update(canonicalJson(answer)).digest('hex')
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) => {
    if (part === null || typeof part !== 'object' || Array.isArray(part)) return part
    return Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
  })
}
