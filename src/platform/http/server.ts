import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
  type RawServerDefault,
} from 'fastify'
import type { ErrorTracker } from '#platform/error-tracking/error-tracker.ts'
import type { Log } from '#platform/log/log.ts'
import type { Metrics } from '#platform/metrics/metrics.ts'
import { documentVersions } from './conditional.ts'
import { isUnforeseen, sendError, sendProblem } from './error-rendering.ts'
import { parseJsonBodies } from './json-body.ts'
import { malformedRequest, routeNotFound, wrongHost } from './problems.ts'
import { observeRequests } from './request-observation.ts'
import { catalogueRoutes } from './route-catalogue.ts'
import { validatorCompiler } from './validation.ts'

export type Server = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

export interface ServerSettings {
  readonly log: Log
  readonly metrics: Metrics
  /** Told of every failure that nobody foresaw. */
  readonly errors: ErrorTracker
  /** Host names that are answered; `*` any, `*.example.org` its subdomains. */
  readonly trustedHosts: readonly string[]
  /** Addresses and networks whose X-Forwarded-* headers are believed. */
  readonly trustedProxies: readonly string[]
  readonly logsRequests: boolean
}

const BODY_MAX_BYTES = 1024 * 1024

/** The HTTP server without any route: limits, validation, problems, request ids, logs and metrics. */
export function createServer(settings: ServerSettings): Server {
  const app = Fastify({
    loggerInstance: settings.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: settings.trustedProxies.length > 0 ? [...settings.trustedProxies] : false,
    bodyLimit: BODY_MAX_BYTES,
    genReqId: requestIds(),
    requestIdHeader: false,
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: false },
    // Longer than the proxy keeps its idle connections, so that it never writes to one that we are closing.
    keepAliveTimeout: 75_000,
    requestTimeout: 120_000,
    frameworkErrors: (error, request, reply) => {
      sendProblem(malformedRequest({ reason: error.message }, error), request as FastifyRequest, reply as FastifyReply)
    },
  }).withTypeProvider<TypeBoxTypeProvider>()

  app.setValidatorCompiler(validatorCompiler())
  app.setErrorHandler((error, request, reply) => {
    if (isUnforeseen(error, request))
      settings.errors.capture(error, { operation: operationOf(request), requestId: request.id })
    return sendError(error, request, reply)
  })
  app.setNotFoundHandler((request, reply) => sendProblem(routeNotFound({ method: request.method }), request, reply))
  catalogueRoutes(app)
  documentVersions(app)
  parseJsonBodies(app)
  observeRequests(app, settings)

  const isTrustedHost = hostMatcher(settings.trustedHosts)
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(securityHeaders)
    reply.header('x-request-id', request.id)
    if (!isTrustedHost(request.hostname)) throw wrongHost()
    if (request.url.includes('%00')) throw malformedRequest({ reason: 'The address has a null character (%00).' })
    done()
  })
  return app
}

function operationOf(request: FastifyRequest): string {
  return request.routeOptions.schema?.operationId ?? request.routeOptions.url ?? 'unmatched'
}

/** What an API's answer may do in a browser: nothing. Pages for people set their own content policy. */
const securityHeaders = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-site',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
}

/** Ids that are unique without asking the kernel for randomness at every request. */
function requestIds(): () => string {
  const process = randomBytes(9).toString('base64url')
  let count = 0
  return () => `${process}-${(++count).toString(36)}`
}

function hostMatcher(trusted: readonly string[]): (hostname: string) => boolean {
  if (trusted.includes('*')) return () => true
  const exact = new Set(trusted.filter((host) => !host.startsWith('*.')).map((host) => host.toLowerCase()))
  const suffixes = trusted.filter((host) => host.startsWith('*.')).map((host) => host.slice(1).toLowerCase())
  return (hostname) => {
    const host = hostname.toLowerCase()
    return exact.has(host) || suffixes.some((suffix) => host.endsWith(suffix))
  }
}
