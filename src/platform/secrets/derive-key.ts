import { hkdfSync } from 'node:crypto'

/** A key of 32 bytes for one purpose: what leaks or is misused of one says nothing about another (RFC 5869). */
export function deriveKey(secretKey: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secretKey, '', `lms-backend ${purpose}`, 32))
}
