import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import type { Kysely } from 'kysely'
import { withBeforeCommit } from '#platform/database/transaction.ts'
import { invalidRequest } from '#platform/http/problems.ts'
import { problemDocumenter } from '#platform/http/route-documentation.ts'
import { counter, type Metrics } from '#platform/metrics/metrics.ts'
import { Problem } from '#platform/problem/problem.ts'
import { type Claim, type ClaimResult, claimRequest, type KeyedRequest } from './claims.ts'
import { idempotencyOutcomes, idempotentRequestsTotal } from './metrics.ts'
import { keyReused, responseLost, stillRunning } from './problems.ts'
import type { KeptResponse } from './queries.ts'
import type { IdempotencyDatabase } from './tables.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * The route accepts `Idempotency-Key`: a repeated request has one effect and gets the first response again. Its
     * effect must happen inside `inTransaction`, its body be JSON, and its response hold no secret, since it is kept.
     */
    idempotent?: true
  }
  interface FastifyRequest {
    idempotencyClaim: Claim | null
  }
}

export interface IdempotencyDeps<DB extends IdempotencyDatabase> {
  readonly db: Kysely<DB>
  readonly metrics: Metrics
  readonly now: () => Date
  /** The account that makes the request; null for a visitor, whose keys count within his network. */
  readonly accountOf: (request: FastifyRequest) => string | null
}

const RESPONSE_MAX_BYTES = 64 * 1024
const KEPT_HEADERS = ['content-type', 'location', 'etag', 'cache-control'] as const

/** Makes every route registered below with `config: { idempotent: true }` honour `Idempotency-Key`. */
export function idempotentRoutes<DB extends IdempotencyDatabase>(
  app: FastifyInstance,
  deps: IdempotencyDeps<DB>,
): void {
  const claims = { db: deps.db as unknown as Kysely<IdempotencyDatabase>, now: deps.now }
  const count = counter(deps.metrics, idempotentRequestsTotal)
  app.decorateRequest('idempotencyClaim', null)

  // A callback, so that the rest of the request runs inside the asynchronous context of the claim.
  function claimKey(request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void {
    const key = keyOf(request)
    if (key === null) done()
    else claimRequest(claims, keyedRequest(request, key)).then((result) => goOn(request, reply, result, done), refuse)

    function refuse(error: Error): void {
      const outcome = error instanceof Problem && idempotencyOutcomes.find((one) => error.code.endsWith(one))
      if (outcome) count({ outcome })
      done(error)
    }
  }

  function keyedRequest(request: FastifyRequest, key: string): KeyedRequest {
    const { method, url, body, ip } = request
    const account = deps.accountOf(request)
    return { scope: account === null ? `network ${ip}` : `account ${account}`, key, method, url, body }
  }

  function goOn(request: FastifyRequest, reply: FastifyReply, result: ClaimResult, done: () => void): void {
    count({ outcome: result.kind })
    if (result.kind === 'replayed') {
      replay(reply, result.response)
      return
    }
    const { claim } = result
    request.idempotencyClaim = claim
    withBeforeCommit((tx) => claim.beforeCommit(tx as unknown as Kysely<IdempotencyDatabase>), done)
  }

  const document = problemDocumenter([keyReused, stillRunning, responseLost])
  app.addHook('onRoute', (route: RouteOptions) => {
    if (!route.config?.idempotent) return
    document(route)
    // Last of its kind: what is invalid or not allowed uses no key up.
    route.preHandler = [route.preHandler ?? [], claimKey].flat()
    route.onSend = [route.onSend ?? [], settleClaim].flat()
  })
}

/** The key, without the quotes of the IETF draft's structured string; null when the client sent none. */
function keyOf(request: FastifyRequest): string | null {
  const header = request.headers['idempotency-key']
  if (header === undefined) return null
  const key = String(header).replace(/^"(.*)"$/, '$1')
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key
  throw invalidRequest({
    errors: [{ pointer: '/headers/idempotency-key', message: 'must be 1 to 255 visible ASCII characters' }],
  })
}

function replay(reply: FastifyReply, { status, headers, body }: KeptResponse): void {
  reply
    .code(status)
    .headers(headers)
    .header('idempotency-replayed', 'true')
    .serializer((kept: unknown) => String(kept))
    .send(body)
}

/** Before the client sees the response it is kept, so that a retry can only find it or know that it is lost. */
async function settleClaim(request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<void> {
  const claim = request.idempotencyClaim
  if (!claim) return
  request.idempotencyClaim = null
  try {
    const body = keptBody(payload)
    if (body === null || !isKept(reply.statusCode)) await claim.release()
    else await claim.keep({ status: reply.statusCode, headers: keptHeaders(reply), body })
  } catch (error) {
    // The effect is committed and marked; the client in front of us still deserves its response.
    request.log.error({ err: error, requestId: request.id }, 'the response of an idempotent request could not be kept')
  }
}

/** Outcomes that would be the same next time; a server fault or a limit would not. */
function isKept(status: number): boolean {
  return status < 500 && status !== 401 && status !== 429
}

function keptBody(payload: unknown): string | null {
  if (payload === undefined || payload === null) return ''
  if (typeof payload !== 'string') return null
  return Buffer.byteLength(payload) <= RESPONSE_MAX_BYTES ? payload : null
}

function keptHeaders(reply: FastifyReply): Record<string, string> {
  return Object.fromEntries(
    KEPT_HEADERS.flatMap((name) => {
      const value = reply.getHeader(name)
      return value === undefined ? [] : [[name, String(value)]]
    }),
  )
}
