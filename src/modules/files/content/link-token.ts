import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import { parse, stringify } from 'uuid'

const ID_BYTES = 16
const TIME_BYTES = 6
const SIGNED_BYTES = ID_BYTES + TIME_BYTES
const SIGNATURE_BYTES = 32

export type LinkTokens = ReturnType<typeof createLinkTokens>

/**
 * Tokens that open one file until a moment: its id, the moment in seconds since 1970, and an HMAC of both, in
 * base64url. The key is derived from SECRET_KEY for this purpose alone.
 */
export function createLinkTokens(secretKey: string) {
  const key = new Uint8Array(hkdfSync('sha256', secretKey, '', 'lms-backend file download links', 32))

  function sign(signed: Buffer): Buffer {
    return createHmac('sha256', key).update(signed).digest()
  }

  function issue(fileId: string, expiresAt: Date): string {
    const signed = Buffer.alloc(SIGNED_BYTES)
    signed.set(parse(fileId))
    signed.writeUIntBE(Math.ceil(expiresAt.getTime() / 1000), ID_BYTES, TIME_BYTES)
    return Buffer.concat([signed, sign(signed)]).toString('base64url')
  }

  /** The id of the file, or undefined when the token is not ours or no longer valid. */
  function read(token: string, now: Date): string | undefined {
    const bytes = Buffer.from(token, 'base64url')
    // Only the one spelling that was issued: base64 has others for the same bytes.
    if (bytes.length !== SIGNED_BYTES + SIGNATURE_BYTES || bytes.toString('base64url') !== token) return undefined
    const signed = bytes.subarray(0, SIGNED_BYTES)
    if (!timingSafeEqual(sign(signed), bytes.subarray(SIGNED_BYTES))) return undefined
    if (signed.readUIntBE(ID_BYTES, TIME_BYTES) * 1000 <= now.getTime()) return undefined
    return stringify(signed.subarray(0, ID_BYTES))
  }

  return { issue, read }
}
