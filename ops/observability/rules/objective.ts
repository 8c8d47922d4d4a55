import { above, and, type Duration, type Gauge, type Labels, value } from '../promql/index.ts'
import { notAfter, outages } from './aftermath.ts'
import {
  edgeErrorRatio1d,
  edgeErrorRatio1h,
  edgeErrorRatio2h,
  edgeErrorRatio3d,
  edgeErrorRatio5m,
  edgeErrorRatio6h,
  edgeErrorRatio30m,
  edgeRequests1h,
} from './recordings.ts'
import { alert } from './rule.ts'

/** Of all requests of 30 days at the proxy, this share is answered without a 5xx. */
export const OBJECTIVE = 0.999
export const ERROR_BUDGET = 1 - OBJECTIVE

/** 180 requests an hour: below that a single failure would look like an outage, and the probe watches instead. */
const REQUESTS_PER_SECOND_MIN = 0.05

/**
 * Both windows burn the budget of 30 days so many times too fast: the long one shows that it matters, the short one
 * that it still goes on. The factors are those of Google's "Site Reliability Workbook", chapter 5.
 */
function burning(long: { metric: Gauge<Labels> }, short: { metric: Gauge<Labels> }, factor: number, known: Known) {
  const threshold = Number((ERROR_BUDGET * factor).toFixed(6))
  const isBurning = and(above(value(long.metric), threshold), above(value(short.metric), threshold))
  const matters = and(isBurning, above(value(edgeRequests1h.metric), REQUESTS_PER_SECOND_MIN))
  return notAfter(known.causes, known.window, matters)
}

/** What has been paged within the short window is not paged again: outages, and faster burning. */
interface Known {
  readonly causes: readonly string[]
  readonly window: Duration
}
const fast = outages
const medium = [...fast, 'ErrorBudgetBurnFast'] as const
const slow = [...medium, 'ErrorBudgetBurn'] as const
const spent = [...slow, 'ErrorBudgetBurnSlow'] as const

const dashboard = 'lms-api-overview'
const keepFiringFor: Duration = '5m'

export const objectiveAlerts = [
  alert({
    name: 'ErrorBudgetBurnFast',
    severity: 'critical',
    summary:
      '{{ $value | humanizePercentage }} of all requests fail: at this pace the error budget of 30 days is gone in two days.',
    when: burning(edgeErrorRatio1h, edgeErrorRatio5m, 14.4, { causes: fast, window: '5m' }),
    // Longer than the alerts of a known cause take, which suppress this one.
    for: '90s',
    keepFiringFor,
    dashboard,
  }),
  alert({
    name: 'ErrorBudgetBurn',
    severity: 'critical',
    summary:
      '{{ $value | humanizePercentage }} of all requests have failed for hours: the error budget of 30 days is gone in five days.',
    when: burning(edgeErrorRatio6h, edgeErrorRatio30m, 6, { causes: medium, window: '30m' }),
    for: '5m',
    keepFiringFor,
    dashboard,
  }),
  alert({
    name: 'ErrorBudgetBurnSlow',
    severity: 'warning',
    summary:
      '{{ $value | humanizePercentage }} of all requests of the last day failed: the error budget lasts ten days instead of 30.',
    when: burning(edgeErrorRatio1d, edgeErrorRatio2h, 3, { causes: slow, window: '2h' }),
    for: '15m',
    keepFiringFor,
    dashboard,
  }),
  alert({
    name: 'ErrorBudgetSpent',
    severity: 'warning',
    summary:
      '{{ $value | humanizePercentage }} of all requests of the last three days failed: as much as the objective allows, or more.',
    when: burning(edgeErrorRatio3d, edgeErrorRatio6h, 1, { causes: spent, window: '6h' }),
    for: '1h',
    keepFiringFor,
    dashboard,
  }),
]
