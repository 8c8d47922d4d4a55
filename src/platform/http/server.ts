import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
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
import { watchConnections } from './connections.ts'
import { isUnforeseen, sendError, sendProblem } from './error-rendering.ts'
import { parseJsonBodies } from './json-body.ts'
import type { MaintenanceSettings } from './maintenance.ts'
import { namePlugins } from './plugin-names.ts'
import { malformedRequest, routeNotFound } from './problems.ts'
import type { RateLimitSettings } from './rate-limit.ts'
import { startRequests } from './request-start.ts'
import { catalogueRoutes } from './route-catalogue.ts'
import { serializerCompiler } from './serialization.ts'
import { answerSocketError } from './socket-errors.ts'
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
  /** Origins whose scripts may use the API; `*` any. */
  readonly corsOrigins: readonly string[]
  readonly rateLimit: RateLimitSettings
  readonly maintenance: MaintenanceSettings
  readonly logsRequests: boolean
  /** From then on every answer asks its client to go elsewhere. */
  readonly isDraining: () => boolean
  /** How long a client may take to send the headers of a request, in milliseconds. */
  readonly headersTimeoutMs?: number
  /** How long nothing may move on a connection while a request or its answer is on the way, in milliseconds. */
  readonly silenceTimeoutMs?: number
}

const BODY_MAX_BYTES = 1024 * 1024
const HEADERS_TIMEOUT_MS = 20_000
const SILENCE_TIMEOUT_MS = 120_000
// Routes bound the time of their bodies themselves (`bodySeconds`); a connection on which nothing moves is ended, too.
const REQUEST_TIMEOUT_MS = 24 * 60 * 60_000
// Longer than the proxy keeps its idle connections, so that it never writes to one that we are closing.
const KEEP_ALIVE_MS = 75_000

/** The HTTP server without any route: limits, validation, problems, request ids, logs and metrics. */
export function createServer(settings: ServerSettings): Server {
  const newRequestId = requestIds()
  const headersTimeout = settings.headersTimeoutMs ?? HEADERS_TIMEOUT_MS
  const app = Fastify({
    loggerInstance: settings.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    // A logger of its own for every request costs more than it tells: who logs names the request's id.
    childLoggerFactory: (logger) => logger,
    trustProxy: settings.trustedProxies.length > 0 ? [...settings.trustedProxies] : false,
    bodyLimit: BODY_MAX_BYTES,
    genReqId: newRequestId,
    requestIdHeader: false,
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: false },
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // A request that reached us while we were closing is answered like any other.
    return503OnClosing: false,
    http: {
      headersTimeout,
      connectionsCheckingInterval: headersTimeout / 4,
      // Without one Node would answer itself, and not with a problem.
      requireHostHeader: false,
    },
    clientErrorHandler: (error, socket) => {
      const problem = answerSocketError(error, socket as Socket, newRequestId())
      if (problem) start.countUnread(problem.status)
    },
    frameworkErrors: (error, request, reply) => {
      start.beginUnreadable(request as FastifyRequest, reply as FastifyReply)
      sendProblem(malformedRequest({ reason: error.message }, error), request as FastifyRequest, reply as FastifyReply)
    },
  }).withTypeProvider<TypeBoxTypeProvider>()
  // Expectations we do not know are ignored, as RFC 9110, section 10.1.1 allows; Node would answer 417 itself.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response))

  app.setValidatorCompiler(validatorCompiler())
  app.setSerializerCompiler(serializerCompiler())
  app.setErrorHandler((error, request, reply) => {
    if (isUnforeseen(error, request))
      settings.errors.capture(error, { operation: operationOf(request), requestId: request.id })
    return sendError(error, request, reply)
  })
  app.setNotFoundHandler((request, reply) => sendProblem(routeNotFound({ method: request.method }), request, reply))
  watchConnections(app, { silenceTimeoutMs: settings.silenceTimeoutMs ?? SILENCE_TIMEOUT_MS })
  namePlugins(app)
  catalogueRoutes(app)
  documentVersions(app)
  parseJsonBodies(app)
  const start = startRequests(app, settings)
  return app
}

function operationOf(request: FastifyRequest): string {
  return request.routeOptions.schema?.operationId ?? request.routeOptions.url ?? 'unmatched'
}

/** Ids that are unique without asking the kernel for randomness at every request. */
function requestIds(): () => string {
  const process = randomBytes(9).toString('base64url')
  let count = 0
  return () => `${process}-${(++count).toString(36)}`
}
