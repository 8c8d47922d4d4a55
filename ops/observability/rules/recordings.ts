import { edgeRequestSeconds } from '../exporters/caddy.ts'
import { up } from '../exporters/process.ts'
import {
  apiJobs,
  countOf,
  type Duration,
  like,
  oneOf,
  orZero,
  rate,
  ratio,
  sum,
  value,
  workerJobs,
} from '../promql/index.ts'
import { record } from './rule.ts'

/** Requests at the public door, by the handler that sees each of them exactly once. */
export const publicRequest = { server: 'srv1', handler: 'subroute' } as const

export const apiUp = record(
  'environment:lms_api_up:sum',
  'API processes that answer scrapes.',
  sum(value(up, { job: oneOf(...apiJobs) }), ['environment']),
)
export const workersUp = record(
  'environment:lms_worker_up:sum',
  'Workers that answer scrapes.',
  sum(value(up, { job: oneOf(...workerJobs) }), ['environment']),
)

const requests = countOf(edgeRequestSeconds)

function edgeRequests<D extends Duration>(over: D) {
  return record(
    `environment:edge_requests:rate${over}`,
    `Requests a second at the proxy, over ${over}.`,
    sum(rate(requests, over, publicRequest), ['environment']),
  )
}

function edgeErrorRatio<D extends Duration>(over: D) {
  const all = sum(rate(requests, over, publicRequest), ['environment'])
  const failed = sum(rate(requests, over, { ...publicRequest, code: like('5..') }), ['environment'])
  return record(
    `environment:edge_error_ratio:rate${over}`,
    `Share of requests that the proxy answered with 5xx, over ${over}.`,
    ratio(orZero(failed, all), all),
  )
}

export const edgeRequests5m = edgeRequests('5m')
export const edgeRequests1h = edgeRequests('1h')
export const edgeErrorRatio5m = edgeErrorRatio('5m')
export const edgeErrorRatio30m = edgeErrorRatio('30m')
export const edgeErrorRatio1h = edgeErrorRatio('1h')
export const edgeErrorRatio2h = edgeErrorRatio('2h')
export const edgeErrorRatio6h = edgeErrorRatio('6h')
export const edgeErrorRatio1d = edgeErrorRatio('1d')
export const edgeErrorRatio3d = edgeErrorRatio('3d')

export const recordings = [
  apiUp,
  workersUp,
  edgeRequests5m,
  edgeRequests1h,
  edgeErrorRatio5m,
  edgeErrorRatio30m,
  edgeErrorRatio1h,
  edgeErrorRatio2h,
  edgeErrorRatio6h,
  edgeErrorRatio1d,
  edgeErrorRatio3d,
]
