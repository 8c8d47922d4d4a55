import type { FastifyReply, FastifyRequest } from 'fastify'
import { RecentlyUsed } from '#platform/cache/recently-used.ts'
import { counter, type Metrics } from '#platform/metrics/metrics.ts'
import { defineProblem } from '#platform/problem/problem.ts'
import { rateLimitedTotal } from './metrics.ts'
import { networkOf } from './network.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What proxies and monitoring ask, from within and by whatever name: no limit, and any host. */
    monitoring?: true
  }
}

export const rateLimited = defineProblem<{ retryAfterSeconds: number }>({
  code: 'request/rate-limited',
  status: 429,
  title: 'Too many requests',
  advice: 'Wait for the seconds in Retry-After, and pace yourself by the RateLimit header of every answer.',
  detail: ({ retryAfterSeconds }) => `The limit of this client is used up; try again in ${retryAfterSeconds} seconds.`,
  headers: ({ retryAfterSeconds }) => ({ 'retry-after': String(retryAfterSeconds) }),
})

export interface RateLimitSettings {
  /** 0: no limit. */
  readonly requestsPerMinute: number
  /** The account whose valid token signs the request; null for a visitor, who is his network. */
  readonly accountOf: (request: FastifyRequest) => string | null
  /** Milliseconds. */
  readonly now: () => number
  /** Of more clients those silent for longest are forgotten and start with a full bucket; each takes about 150 bytes. */
  readonly clientsRemembered?: number
}

const CLIENTS_REMEMBERED = 50_000
const MINUTE_MS = 60_000

interface Bucket {
  tokens: number
  filledAt: number
}

/**
 * Limits each client to so many requests a minute in this process, by a token bucket: a burst of all of them at once,
 * then as they come back one by one. Tells the client where it stands in the headers of draft-ietf-httpapi-ratelimit-
 * headers-11.
 */
export function createRateLimit(
  { requestsPerMinute, accountOf, now, clientsRemembered = CLIENTS_REMEMBERED }: RateLimitSettings,
  metrics: Metrics,
): (request: FastifyRequest, reply: FastifyReply) => void {
  const count = counter(metrics, rateLimitedTotal)
  if (requestsPerMinute === 0) return () => {}
  const buckets = new RecentlyUsed<Bucket>(clientsRemembered)
  const perMillisecond = requestsPerMinute / MINUTE_MS
  const policy = `"default";q=${requestsPerMinute};w=60`

  function fill(client: string): Bucket {
    const at = now()
    let bucket = buckets.get(client)
    if (!bucket) {
      bucket = { tokens: requestsPerMinute, filledAt: at }
      buckets.set(client, bucket)
    } else if (at > bucket.filledAt) {
      bucket.tokens = Math.min(requestsPerMinute, bucket.tokens + (at - bucket.filledAt) * perMillisecond)
      bucket.filledAt = at
    }
    return bucket
  }

  return (request, reply) => {
    const account = accountOf(request)
    const bucket = fill(account ?? networkOf(request.ip))
    reply.header('ratelimit-policy', policy)
    if (bucket.tokens < 1) {
      const retryAfterSeconds = Math.ceil((1 - bucket.tokens) / perMillisecond / 1000)
      reply.header('ratelimit', `"default";r=0;t=${retryAfterSeconds}`)
      count({ client: account === null ? 'network' : 'account' })
      throw rateLimited({ retryAfterSeconds })
    }
    bucket.tokens--
    const fullInSeconds = Math.ceil((requestsPerMinute - bucket.tokens) / perMillisecond / 1000)
    reply.header('ratelimit', `"default";r=${Math.floor(bucket.tokens)};t=${fullInSeconds}`)
  }
}
