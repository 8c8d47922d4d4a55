import { connectionsOpen, requestSeconds, requestsInFlight, requestsTotal } from '#platform/http/metrics.ts'
import { probeSeconds, probeSuccess } from '../exporters/blackbox.ts'
import { edgeRequestSeconds, edgeRequestsInFlight } from '../exporters/caddy.ts'
import { alertsActive } from '../exporters/monitoring.ts'
import {
  count,
  countOf,
  increase,
  like,
  max,
  minus,
  orZero,
  overTime,
  per,
  quantile,
  rate,
  ratio,
  sum,
  times,
  topk,
  unlike,
  value,
} from '../promql/index.ts'
import { ERROR_BUDGET, OBJECTIVE } from '../rules/objective.ts'
import { apiUp, edgeErrorRatio1h, edgeErrorRatio5m, edgeErrorRatio6h, publicRequest } from '../rules/recordings.ts'
import { type Dashboard, here, type Row, these } from './panel.ts'

const edge = { ...here, ...publicRequest }
const quantiles = [
  [0.5, 'p50'],
  [0.95, 'p95'],
  [0.99, 'p99'],
] as const

const all = sum(increase(countOf(edgeRequestSeconds), '30d', edge))
const failed = sum(increase(countOf(edgeRequestSeconds), '30d', { ...edge, code: like('5..') }))
const failedShare = ratio(orZero(failed, all), all)

const objective: Row = {
  title: 'Objective: requests answered without a 5xx, at the proxy',
  panels: [
    {
      title: 'Availability in 30 days',
      description: `Share of requests that the proxy answered without a 5xx. The objective is ${OBJECTIVE * 100} %.`,
      kind: 'number',
      unit: 'percentunit',
      width: 4,
      queries: [{ expr: minusFromOne(failedShare), legend: 'availability' }],
      limits: { yellow: 0.9995, red: OBJECTIVE, falling: true },
      alerts: ['ErrorBudgetSpent'],
    },
    {
      title: 'Error budget left',
      description: 'What is left of the failures that the objective allows in 30 days. At 0 % changes should wait.',
      kind: 'number',
      unit: 'percentunit',
      width: 4,
      queries: [{ expr: minusFromOne(per(failedShare, Number(ERROR_BUDGET.toFixed(6)))), legend: 'left' }],
      limits: { yellow: 0.5, red: 0.1, falling: true },
      alerts: ['ErrorBudgetBurnSlow', 'ErrorBudgetSpent'],
    },
    {
      title: 'API processes',
      description: 'Processes that answer scrapes; two of them are usual, four during a deploy.',
      kind: 'number',
      unit: 'short',
      width: 4,
      queries: [{ expr: sum(value(apiUp.metric, here)), legend: 'up' }],
      limits: { yellow: 2, red: 1, falling: true },
      alerts: ['ApiDown', 'ApiReplicaDown'],
    },
    {
      title: 'Alerts firing',
      description: 'Alerts that fire now, Watchdog left out.',
      kind: 'number',
      unit: 'short',
      width: 4,
      queries: [
        {
          expr: orNothing(count(value(alertsActive, { alertstate: 'firing', alertname: unlike('Watchdog') }))),
          legend: 'firing',
        },
      ],
      limits: { yellow: 1, red: 3 },
    },
    {
      title: 'How fast the error budget burns',
      description: '1: just as fast as the objective allows; at 14.4 in one hour and five minutes somebody is woken.',
      kind: 'lines',
      unit: 'none',
      width: 8,
      queries: [
        { expr: max(per(value(edgeErrorRatio5m.metric, here), 0.001), ['environment']), legend: '5 m {{environment}}' },
        { expr: max(per(value(edgeErrorRatio1h.metric, here), 0.001), ['environment']), legend: '1 h {{environment}}' },
        { expr: max(per(value(edgeErrorRatio6h.metric, here), 0.001), ['environment']), legend: '6 h {{environment}}' },
      ],
      limits: { yellow: 6, red: 14.4 },
      alerts: ['ErrorBudgetBurnFast', 'ErrorBudgetBurn'],
    },
  ],
}

const traffic: Row = {
  title: 'Traffic',
  panels: [
    {
      title: 'Request rate by endpoint',
      description: 'The twelve routes with most requests, by route template.',
      kind: 'lines',
      unit: 'reqps',
      width: 12,
      queries: [
        {
          expr: topk(12, sum(rate(requestsTotal, '$__rate_interval', these), ['method', 'route'])),
          legend: '{{method}} {{route}}',
        },
      ],
    },
    {
      title: 'Requests at the proxy by status',
      description: 'What clients get, answers that Caddy gives by itself included.',
      kind: 'stacked',
      unit: 'reqps',
      width: 12,
      queries: [
        { expr: sum(rate(countOf(edgeRequestSeconds), '$__rate_interval', edge), ['code']), legend: '{{code}}' },
      ],
    },
    {
      title: 'Response time percentiles',
      description: 'Half, 95 % and 99 % of the requests are answered within this time, in the API.',
      kind: 'lines',
      unit: 's',
      width: 8,
      queries: quantiles.map(([q, name]) => ({
        expr: quantile(q, requestSeconds, { over: '$__rate_interval', where: these }),
        legend: name,
      })),
      limits: { yellow: 0.5, red: 1 },
      alerts: ['ApiLatencyHigh'],
    },
    {
      title: 'Response time percentiles at the proxy',
      description: 'The same as clients feel it, transfer included.',
      kind: 'lines',
      unit: 's',
      width: 8,
      queries: quantiles.map(([q, name]) => ({
        expr: quantile(q, edgeRequestSeconds, { over: '$__rate_interval', where: edge }),
        legend: name,
      })),
      limits: { yellow: 0.5, red: 1 },
    },
    {
      title: 'Slowest routes (p95)',
      description:
        'The ten routes that are slowest for one request in twenty. Contents of files take as long as they are.',
      kind: 'ranking',
      unit: 's',
      width: 8,
      queries: [
        {
          expr: topk(10, quantile(0.95, requestSeconds, { over: '$__range', by: ['route'], where: these })),
          legend: '{{route}}',
        },
      ],
      limits: { yellow: 0.5, red: 1 },
      alerts: ['ApiLatencyHigh'],
    },
  ],
}

const errors: Row = {
  title: 'Errors and saturation',
  panels: [
    {
      title: 'Error rates by status code',
      description: '4xx are clients that ask for what they may not or cannot get; 5xx are faults of ours.',
      kind: 'stacked',
      unit: 'reqps',
      width: 12,
      queries: [
        {
          expr: sum(rate(requestsTotal, '$__rate_interval', { ...these, status: like('[45]..') }), ['status']),
          legend: '{{status}}',
        },
      ],
      alerts: ['ApiRouteFailing'],
    },
    {
      title: 'Share of 5xx by endpoint',
      description: 'Routes of which some requests fail.',
      kind: 'lines',
      unit: 'percentunit',
      width: 12,
      queries: [
        {
          expr: topk(
            10,
            ratio(
              sum(rate(requestsTotal, '$__rate_interval', { ...these, status: like('5..') }), ['route']),
              sum(rate(requestsTotal, '$__rate_interval', these), ['route']),
            ),
          ),
          legend: '{{route}}',
        },
      ],
      limits: { yellow: 0.01, red: 0.1 },
      alerts: ['ApiRouteFailing'],
    },
    {
      title: 'Active connections',
      description: 'Open connections to each API process.',
      kind: 'lines',
      unit: 'short',
      width: 8,
      queries: [{ expr: value(connectionsOpen, { ...these, role: 'api' }), legend: '{{instance}}' }],
    },
    {
      title: 'Requests in flight',
      description:
        'Requests that have arrived and are not answered: what queues when something behind the API is slow.',
      kind: 'lines',
      unit: 'short',
      width: 8,
      queries: [
        { expr: value(requestsInFlight, { ...these, role: 'api' }), legend: '{{instance}}' },
        { expr: sum(value(edgeRequestsInFlight, edge)), legend: 'proxy' },
      ],
    },
    {
      title: 'Public address',
      description: 'Whether the public address answers as it must, and how fast, asked every ten seconds.',
      kind: 'lines',
      unit: 's',
      width: 8,
      queries: [
        { expr: value(probeSeconds, here), legend: 'time {{instance}}' },
        { expr: overTime('avg', probeSuccess, '5m', here), legend: 'successful (1 is all)' },
      ],
      alerts: ['SiteUnreachable'],
    },
  ],
}

function minusFromOne(share: typeof failedShare): typeof failedShare {
  return plusOne(times(share, -1))
}

function plusOne(share: typeof failedShare): typeof failedShare {
  return minus(share, -1)
}

/** 0 when no alert fires: a count of nothing has no series. */
function orNothing(of: ReturnType<typeof count>): ReturnType<typeof count> {
  return { ...of, text: `${of.text} or vector(0)` }
}

export const apiOverview: Dashboard = {
  uid: 'lms-api-overview',
  title: 'LMS API Overview',
  description: 'Is the product up, fast and without errors; for whoever is on call.',
  rows: [objective, traffic, errors],
}
