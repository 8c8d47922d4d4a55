import { createHash } from 'node:crypto'
import { Secret } from 'otpauth'

const CODES = 10
const CODE_BYTES = 10

/** Ten fresh codes of 80 bits, such as `k3df-9x2m-…`, and what the database keeps of them. */
export function newRecoveryCodes(userId: string): { codes: string[]; hashes: string[] } {
  const codes = Array.from({ length: CODES }, newCode)
  return { codes, hashes: codes.map((code) => hashRecoveryCode(userId, code)) }
}

/** However it is typed: case, spaces and dashes do not matter. */
export function hashRecoveryCode(userId: string, code: string): string {
  const plain = code.toLowerCase().replaceAll(/[\s-]/g, '')
  return createHash('sha256').update(`${userId} ${plain}`).digest('hex')
}

function newCode(): string {
  return new Secret({ size: CODE_BYTES }).base32.toLowerCase().replaceAll(/.{4}(?=.)/g, '$&-')
}
