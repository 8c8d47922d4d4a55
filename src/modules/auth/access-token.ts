import { createSigner, createVerifier } from 'fast-jwt'
import type { Role } from '#modules/users/index.ts'

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

/** Signs and reads access tokens: JWT, HS256, short-lived. */
export function createAccessTokens(settings: { secretKey: string; minutes: number; now: () => Date }) {
  const sign = createSigner({ key: settings.secretKey, algorithm: 'HS256', noTimestamp: true })
  // Expiry is checked below against our own clock, so that tests can move it.
  const verify = createVerifier({
    key: settings.secretKey,
    algorithms: ['HS256'],
    allowedIss: ISSUER,
    ignoreExpiration: true,
    cache: 10_000,
  })
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
    try {
      const claims = verify(token)
      if (claims.exp * 1000 <= settings.now().getTime()) return 'expired'
      return { userId: claims.sub, sessionId: claims.sid, role: claims.role, generation: claims.gen }
    } catch {
      return 'invalid'
    }
  }

  return { issueAccessToken, readAccessToken, expiresInSeconds }
}
