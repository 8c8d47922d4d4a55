import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Actor } from '#modules/audit/index.ts'
import type { Role } from '#modules/users/index.ts'
import { networkOf } from '#platform/http/network.ts'
import { addRouteDocumentation } from '#platform/http/route-documentation.ts'
import { counter, type Metrics } from '#platform/metrics/metrics.ts'
import type { AccessTokens, Principal } from './access-token.ts'
import type { Blacklist } from './blacklist.ts'
import { tokenRejectionsTotal } from './metrics.ts'
import { notAllowed, notAuthenticated, tokenCheckUnavailable } from './problems.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set in scopes that `signedIn` or `maybeSignedIn` guard. */
    principal: Principal | null
    /** What the token of the request says, once somebody has looked. */
    tokenReading: TokenReading | null
  }
}

type TokenReading = Principal | 'missing' | 'invalid' | 'expired'

export interface AuthenticationDeps {
  readonly accessTokens: AccessTokens
  readonly blacklist: Blacklist
  readonly metrics: Metrics
}

export type Authentication = ReturnType<typeof createAuthentication>

/** Guards for HTTP scopes: call one at the top of a nested plugin, and every route below it is covered. */
export function createAuthentication({ accessTokens, blacklist, metrics }: AuthenticationDeps) {
  const countRejection = counter(metrics, tokenRejectionsTotal)

  function refuse(reason: 'missing' | 'invalid' | 'expired' | 'revoked') {
    countRejection({ reason })
    return notAuthenticated({ reason })
  }

  function readToken(request: FastifyRequest): TokenReading {
    request.tokenReading ??= readHeader(request.headers.authorization)
    return request.tokenReading
  }

  function readHeader(header: string | undefined): TokenReading {
    if (!header) return 'missing'
    return header.slice(0, 7).toLowerCase() === 'bearer ' ? accessTokens.readAccessToken(header.slice(7)) : 'invalid'
  }

  /** The account whose token signs the request, revoked or not; null without a valid one. For limits, not for rights. */
  function accountOf(request: FastifyRequest): string | null {
    const reading = readToken(request)
    return typeof reading === 'string' ? null : reading.userId
  }

  /** By the token alone, revoked or not: whoever is let through for it is authenticated like everybody else. */
  function isAdministrator(request: FastifyRequest): boolean {
    const reading = readToken(request)
    return typeof reading !== 'string' && reading.role === 'administrator'
  }

  async function authenticate(request: FastifyRequest): Promise<void> {
    const principal = readToken(request)
    if (typeof principal === 'string') throw refuse(principal)
    if (await blacklist.isRevoked(principal)) throw refuse('revoked')
    request.principal = principal
  }

  /** Everything below needs a valid access token. */
  function signedIn(app: FastifyInstance): void {
    addRouteDocumentation(app, { security: [{ bearer: [] }], problems: [notAuthenticated, tokenCheckUnavailable] })
    app.addHook('onRequest', authenticate)
  }

  /** A token is checked when there is one; without one the caller is a visitor (`request.principal` is null). */
  function maybeSignedIn(app: FastifyInstance): void {
    addRouteDocumentation(app, { security: [{}, { bearer: [] }], problems: [notAuthenticated, tokenCheckUnavailable] })
    // Callbacks where nothing is awaited: most requests of visitors should not pay for a promise.
    app.addHook('onRequest', (request, _reply, done) => {
      if (request.headers.authorization) authenticate(request).then(() => done(), done)
      else done()
    })
  }

  /** Everything below needs one of `roles`; call after `signedIn`. */
  function withRole(app: FastifyInstance, ...roles: Role[]): void {
    addRouteDocumentation(app, { problems: [notAllowed] })
    app.addHook('onRequest', (request, _reply, done) => {
      if (!roles.includes(principalOf(request).role)) throw notAllowed({ needs: `the role ${roles.join(' or ')}` })
      done()
    })
  }

  return { signedIn, maybeSignedIn, withRole, accountOf, isAdministrator }
}

/** The caller of a guarded route. */
export function principalOf(request: FastifyRequest): Principal {
  if (!request.principal) throw new Error(`The route ${request.routeOptions.url} is not guarded by signedIn.`)
  return request.principal
}

/** Who acts, for the audit log. */
export function actorOf(request: FastifyRequest): Actor {
  return { userId: request.principal?.userId ?? null, network: networkOf(request.ip), requestId: request.id }
}
