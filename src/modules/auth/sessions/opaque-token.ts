import { createHash, randomBytes } from 'node:crypto'

/** A fresh secret of 256 bits and what the database keeps of it. */
export function newOpaqueToken(): { token: string; hash: string } {
  const token = randomBytes(32).toString('base64url')
  return { token, hash: hashOpaqueToken(token) }
}

/** SHA-256, hexadecimal: enough for a secret that nobody can guess, unlike a password. */
export function hashOpaqueToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
