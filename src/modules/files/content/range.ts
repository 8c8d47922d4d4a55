import type { ByteRange } from '#platform/storage/storage.ts'

/** `whole`: send everything; a range: send that part; `none`: no byte of the file is in the range. */
export type Wanted = { readonly kind: 'whole' } | { readonly kind: 'none' } | ({ readonly kind: 'part' } & Part)

interface Part extends ByteRange {
  readonly end: number
}

const whole: Wanted = { kind: 'whole' }

/**
 * What a `Range` header asks of a file of `sizeBytes` (RFC 9110, section 14). Several ranges, other units and what
 * cannot be read count as no header: a server may ignore it at any time.
 */
export function wantedRange(header: string | undefined, sizeBytes: number): Wanted {
  const match = header === undefined ? null : /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(header)
  if (!match) return whole
  const [, first = '', last = ''] = match
  if (first === '' && last === '') return whole
  if (first === '') return suffix(Number(last), sizeBytes)
  const start = Number(first)
  const end = last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1)
  if (last !== '' && Number(last) < start) return whole
  return start < sizeBytes ? { kind: 'part', start, end } : { kind: 'none' }
}

/** The last `count` bytes. */
function suffix(count: number, sizeBytes: number): Wanted {
  if (count === 0 || sizeBytes === 0) return { kind: 'none' }
  return { kind: 'part', start: Math.max(0, sizeBytes - count), end: sizeBytes - 1 }
}

/** Whether a range may be served: only from exactly the version that the client has a part of. */
export function mayContinue(ifRange: string | string[] | undefined, etag: string): boolean {
  // A date never matches: no Last-Modified is sent.
  return ifRange === undefined || ifRange === etag
}
