import type { FastifyReply, FastifyRequest } from 'fastify'

/** What a browser's script may read of an answer beside the few headers that it always may. */
const EXPOSED =
  'ETag, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id, Idempotency-Replayed, Content-Disposition'
const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE'
const REQUEST_HEADERS = 'Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Range'
const PREFLIGHT_SECONDS = 600

/**
 * Lets scripts of exactly these origins use the API (`*`: of any). Tokens travel in a header that scripts set
 * themselves, never in cookies, so credentials are not allowed. True: the request was a preflight and is answered.
 */
export function createCors(origins: readonly string[]): (request: FastifyRequest, reply: FastifyReply) => boolean {
  if (origins.length === 0) return () => false
  const isAny = origins.includes('*')
  const allowed = new Set(origins)

  return (request, reply) => {
    const { origin } = request.headers
    // Also without an Origin: a shared cache must not give this answer to a script that would need the other one.
    if (!isAny) addVary(reply, 'Origin')
    if (origin === undefined || !(isAny || allowed.has(origin))) return false
    reply.header('access-control-allow-origin', isAny ? '*' : origin)
    // Allowed scripts are on other sites.
    reply.header('cross-origin-resource-policy', 'cross-origin')
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) {
      reply.header('access-control-expose-headers', EXPOSED)
      return false
    }
    reply
      .header('access-control-allow-methods', METHODS)
      .header('access-control-allow-headers', REQUEST_HEADERS)
      .header('access-control-max-age', PREFLIGHT_SECONDS)
      .code(204)
      .send()
    return true
  }
}

/** Names one more request header on which the answer depends. */
export function addVary(reply: FastifyReply, name: string): void {
  const present = reply.getHeader('vary')
  reply.header('vary', present === undefined ? name : `${present}, ${name}`)
}
