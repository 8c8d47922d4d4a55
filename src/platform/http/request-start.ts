import type { FastifyReply, FastifyRequest } from 'fastify'
import { createCors } from './cors.ts'
import { createMaintenanceGate } from './maintenance.ts'
import { malformedRequest, wrongHost } from './problems.ts'
import { createRateLimit } from './rate-limit.ts'
import { boundBody } from './request-bodies.ts'
import { createRequestObserver } from './request-observation.ts'
import { securityHeaders } from './security-headers.ts'
import type { Server, ServerSettings } from './server.ts'
import { hostMatcher } from './trusted-hosts.ts'

// Two lists walked by number: iterators would cost as much as the headers.
const headerNames = Object.keys(securityHeaders)
const headerValues = Object.values(securityHeaders)

/**
 * What happens to every request first, whether a route is found for it or not: it is observed, gets the headers of
 * every answer, and is refused when it came to the wrong host, its client has used its limit up or there is
 * maintenance. One hook, since each further one would cost every request.
 */
export function startRequests(app: Server, settings: ServerSettings): RequestStart {
  const { observe, countUnread } = createRequestObserver(app, settings)
  const isTrustedHost = hostMatcher(settings.trustedHosts)
  const isAnsweredPreflight = createCors(settings.corsOrigins)
  const limit = createRateLimit(settings.rateLimit, settings.metrics)
  const refuseForMaintenance = createMaintenanceGate(settings.maintenance, settings.metrics)

  function begin(request: FastifyRequest, reply: FastifyReply, route: string | undefined): void {
    observe(request, reply, route)
    for (let i = 0; i < headerNames.length; i++) reply.header(headerNames[i] as string, headerValues[i])
    reply.header('x-request-id', request.id)
    if (settings.isDraining()) reply.header('connection', 'close')
  }

  app.addHook('onRequest', (request, reply, done) => {
    // A getter that puts an object together at every call.
    const { config } = request.routeOptions
    begin(request, reply, config?.url)
    boundBody(request, reply, config?.bodySeconds)
    const { host } = request
    if (host === '') throw malformedRequest({ reason: 'The Host header is missing.' })
    if (!config?.monitoring && !isTrustedHost(host)) throw wrongHost()
    if (isAnsweredPreflight(request, reply)) return
    if (request.url.includes('%00')) throw malformedRequest({ reason: 'The address has a null character (%00).' })
    if (!config?.monitoring) {
      limit(request, reply)
      if (!config?.duringMaintenance) refuseForMaintenance(request)
    }
    done()
  })

  return { beginUnreadable: (request, reply) => begin(request, reply, undefined), countUnread }
}

/** For what never gets to a hook. */
interface RequestStart {
  /** Begins a request whose address Fastify cannot read. */
  beginUnreadable(request: FastifyRequest, reply: FastifyReply): void
  /** Counts what could not be read as a request at all. */
  countUnread(status: number): void
}
