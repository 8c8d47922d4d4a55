import { createSigner, createVerifier } from 'fast-jwt'
import type { Role } from '#modules/users/index.ts'
import { RecentlyUsed } from '#platform/cache/recently-used.ts'

/** Who makes a request, as its access token says. */
export interface Principal {
  readonly userId: string
  readonly sessionId: string
  readonly role: Role
  /** That of the account when the token was issued; an older one than the account's is void. */
  readonly generation: number
}

export type AccessTokens = ReturnType<typeof createAccessTokens>

const ISSUER = 'lms-backend'
const TOKENS_REMEMBERED = 10_000

/** Signs and reads access tokens: JWT, HS256, short-lived. */
export function createAccessTokens(settings: { secretKey: string; minutes: number; now: () => Date }) {
  const sign = createSigner({ key: settings.secretKey, algorithm: 'HS256', noTimestamp: true })
  // Expiry is checked below against our own clock, so that tests can move it.
  const verify = createVerifier({
    key: settings.secretKey,
    algorithms: ['HS256'],
    allowedIss: ISSUER,
    ignoreExpiration: true,
  })
  // Verified signatures; a look-up costs a tenth of checking one.
  const verified = new RecentlyUsed<{ readonly principal: Principal; readonly expiresAt: number }>(TOKENS_REMEMBERED)
  const expiresInSeconds = settings.minutes * 60

  function issueAccessToken(principal: Principal): { accessToken: string; expiresIn: number } {
    const iat = Math.floor(settings.now().getTime() / 1000)
    const accessToken = sign({
      iss: ISSUER,
      sub: principal.userId,
      sid: principal.sessionId,
      role: principal.role,
      gen: principal.generation,
      iat,
      exp: iat + expiresInSeconds,
    })
    return { accessToken, expiresIn: expiresInSeconds }
  }

  function readAccessToken(token: string): Principal | 'expired' | 'invalid' {
    const reading = verified.get(token) ?? check(token)
    if (!reading) return 'invalid'
    return reading.expiresAt <= settings.now().getTime() ? 'expired' : reading.principal
  }

  function check(token: string) {
    try {
      const { sub, sid, role, gen, exp } = verify(token)
      const reading = { principal: { userId: sub, sessionId: sid, role, generation: gen }, expiresAt: exp * 1000 }
      verified.set(token, reading)
      return reading
    } catch {
      return undefined
    }
  }

  return { issueAccessToken, readAccessToken, expiresInSeconds }
}
