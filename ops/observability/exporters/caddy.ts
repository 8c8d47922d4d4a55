import { describeGauge, describeHistogram } from '../promql/index.ts'

/** Caddy numbers its servers by their addresses: `:2020` (metrics), then the public one, redirects, the inner door. */
const servers = ['srv0', 'srv1', 'srv2', 'srv3'] as const

/** The proxy. Every middleware counts, so a query names one `handler`, or counts a request several times. */
export const edgeRequestSeconds = describeHistogram(
  'caddy_http_request_duration_seconds',
  'Time of a request at the proxy, from its arrival to the end of its answer.',
  {
    code: [],
    handler: ['subroute', 'reverse_proxy', 'static_response', 'encode', 'headers'],
    method: [],
    server: servers,
  },
)
export const edgeRequestsInFlight = describeGauge(
  'caddy_http_requests_in_flight',
  'Requests that the proxy has not answered yet.',
  { handler: ['subroute', 'reverse_proxy', 'static_response', 'encode', 'headers'], server: servers },
)
export const edgeUpstreamsHealthy = describeGauge(
  'caddy_reverse_proxy_upstreams_healthy',
  '1 while the proxy sends requests to the process.',
  { upstream: [] },
)
export const edgeReloadSucceeded = describeGauge(
  'caddy_config_last_reload_successful',
  '1 when the last configuration was accepted.',
  {},
)
