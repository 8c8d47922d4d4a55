import { Secret, TOTP } from 'otpauth'

// What every authenticator app supports (RFC 6238 and the apps' common defaults).
const SHAPE = { algorithm: 'SHA1', digits: 6, period: 30 } as const
const SECRET_BYTES = 20
// One step before and after, for clocks that differ by up to half a minute.
const WINDOW_STEPS = 1

/** A new shared secret, in Base32 as apps take it. */
export function newTotpSecret(): string {
  return new Secret({ size: SECRET_BYTES }).base32
}

/** What an app reads from a QR code. */
export function totpUri(secret: string, { issuer, account }: { issuer: string; account: string }): string {
  // The colon separates the two in the label.
  return new TOTP({ ...SHAPE, secret, issuer: issuer.replaceAll(':', ' '), label: account }).toString()
}

/** The 30-second step that `code` belongs to, or null when it is not right at `at`. */
export function totpStepOf(secret: string, code: string, at: Date): number | null {
  const totp = new TOTP({ ...SHAPE, secret })
  const timestamp = at.getTime()
  const delta = totp.validate({ token: code, timestamp, window: WINDOW_STEPS })
  return delta === null ? null : totp.counter({ timestamp }) + delta
}
