import { defineCounter, defineGauge, defineHistogram } from '#platform/metrics/metrics.ts'

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'other'] as const

/** The `route` of a request that no route matches: one series, whatever strangers ask for. */
export const UNMATCHED = 'unmatched'

export const requestsTotal = defineCounter({
  name: 'lms_http_requests_total',
  help: 'Requests answered, by route template, method and status.',
  labels: { method: methods, route: [], status: [] },
})

export const requestSeconds = defineHistogram({
  name: 'lms_http_request_duration_seconds',
  help: 'Time from the arrival of a request to the end of its answer, by route template and method.',
  labels: { method: methods, route: [] },
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
})

export const requestsInFlight = defineGauge({
  name: 'lms_http_requests_in_flight',
  help: 'Requests that have arrived and are not answered yet.',
  labels: {},
})

export const connectionsOpen = defineGauge({
  name: 'lms_http_connections_open',
  help: 'Open connections to this process.',
  labels: {},
})

export const rateLimitedTotal = defineCounter({
  name: 'lms_http_rate_limited_total',
  help: 'Requests refused because their client had used its limit up, by what stands for the client.',
  labels: { client: ['account', 'network'] },
})

export const maintenanceRefusedTotal = defineCounter({
  name: 'lms_maintenance_refused_total',
  help: 'Requests answered 503 because the product is under maintenance: no failures, though the proxy counts them.',
  labels: {},
})

export type HttpMethod = (typeof methods)[number]

export function asMethod(method: string): HttpMethod {
  return (methods as readonly string[]).includes(method) ? (method as HttpMethod) : 'other'
}
