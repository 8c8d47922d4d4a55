import { requestSeconds, requestsTotal } from '#platform/http/metrics.ts'
import { buildInfo, memoryLimitBytes } from '#platform/metrics/process-metrics.ts'
import { probeCertificateExpiry, probeSuccess } from '../../exporters/blackbox.ts'
import { edgeReloadSucceeded, edgeRequestSeconds } from '../../exporters/caddy.ts'
import { eventLoopLagP99, processResidentBytes, processStartTime, up } from '../../exporters/process.ts'
import { bucketOf, countOf } from '../../promql/index.ts'
import { publicRequest } from '../recordings.ts'
import { type AlertCase, api, rising, type Series, series, steady, target } from './case.ts'

const site = target('blackbox', 'https://lms.example.org')
const DAY = 86_400

/** Requests to one route, of which `slowShare` take between 1 and 2.5 seconds. */
function requests(perStep: number, slowShare: number, route = '/api/v1/courses'): Series[] {
  const labels = { ...api(), method: 'GET', route } as const
  const fast = perStep * (1 - slowShare)
  return [
    series(requestsTotal, { ...labels, status: '200' }, rising(perStep)),
    series(bucketOf(requestSeconds), { ...labels, le: '0.5' }, rising(fast)),
    series(bucketOf(requestSeconds), { ...labels, le: '1' }, rising(fast)),
    series(bucketOf(requestSeconds), { ...labels, le: '2.5' }, rising(perStep)),
    series(bucketOf(requestSeconds), { ...labels, le: '+Inf' }, rising(perStep)),
  ]
}

/** Requests whose durations are spread evenly from 0 to `limit` seconds. */
function evenly(perStep: number, limit: 1 | 2.5): Series[] {
  const labels = { ...api(), method: 'GET', route: '/api/v1/courses' } as const
  return [
    series(requestsTotal, { ...labels, status: '200' }, rising(perStep)),
    series(bucketOf(requestSeconds), { ...labels, le: '0.005' }, rising(0)),
    series(bucketOf(requestSeconds), { ...labels, le: String(limit) }, rising(perStep)),
    series(bucketOf(requestSeconds), { ...labels, le: '+Inf' }, rising(perStep)),
  ]
}

function answers(ok: number, failed: number): Series[] {
  const labels = { ...api(), method: 'POST', route: '/api/v1/courses' } as const
  return [
    series(requestsTotal, { ...labels, status: '201' }, rising(ok)),
    series(requestsTotal, { ...labels, status: '500' }, rising(failed)),
  ]
}

/** At the proxy: so many requests and failures each interval. */
export function edge(ok: string, failed: string): Series[] {
  const labels = { ...target('caddy', 'lms-caddy:2020'), ...publicRequest, method: 'GET' } as const
  return [
    series(countOf(edgeRequestSeconds), { ...labels, code: '200' }, ok),
    series(countOf(edgeRequestSeconds), { ...labels, code: '502' }, failed),
  ]
}

export const apiCases = {
  ApiDown: {
    fires: { series: [series(up, api(), '1x4 0x400')], at: ['2m30s', '30m'], notYet: '90s' },
    quiet: [
      { series: [series(up, api(), '1x4 0x400'), series(up, api('api-2:8000'), steady(1))], at: ['2m30s', '30m'] },
      // An environment that nobody has started for hours is not down but off.
      { series: [series(up, api(), '0x2000')], at: '7h' },
    ],
  },
  ApiReplicaDown: {
    fires: {
      series: [series(up, api(), steady(1)), series(up, api('api-2:8000'), '1x100 0x300')],
      at: '30m',
      notYet: '26m',
    },
    quiet: [
      // A deploy: twice as many for some minutes, then other addresses.
      {
        series: [
          series(up, api(), '1x100 stale'),
          series(up, api('api-2:8000'), '1x100 stale'),
          series(up, api('api-3:8000'), '_x80 1x300'),
          series(up, api('api-4:8000'), '_x80 1x300'),
        ],
        at: ['24m', '30m', '60m'],
      },
    ],
  },
  SiteUnreachable: {
    fires: { series: [series(probeSuccess, site, `1x4 ${'0 0 1 '.repeat(40)}`)], at: '6m', notYet: '1m45s' },
    quiet: [{ series: [series(probeSuccess, site, `1x4 ${'1 0 1 '.repeat(40)}`)], at: ['3m', '6m'] }],
  },
  ApiLatencyHigh: {
    fires: { series: evenly(5, 2.5), at: '20m', notYet: '8m' },
    quiet: [
      { series: evenly(5, 1), at: '20m' },
      // Two or three requests a minute: one slow one is a twentieth.
      { series: evenly(2.4, 2.5), at: '20m' },
      { series: requests(5, 0.5, '/api/v1/auth/login'), at: '20m' },
    ],
  },
  ApiRouteFailing: {
    fires: { series: answers(2.4, 0.4), at: '30m', notYet: '4m' },
    quiet: [
      { series: answers(4.6, 0.4), at: '30m' },
      { series: answers(0.4, 0.22), at: '30m' },
    ],
  },
  EventLoopBlocked: {
    fires: { series: [series(eventLoopLagP99, api(), `0.01x4 0.4x400`)], at: '20m', notYet: '6m' },
    quiet: [{ series: [series(eventLoopLagP99, api(), steady(0.2))], at: '20m' }],
  },
  CrashLoop: {
    fires: { series: [series(processStartTime, api(), '0x20 300x4 400x4 500x400')], at: '12m' },
    quiet: [{ series: [series(processStartTime, api(), '0x20 300x4 400x400')], at: ['8m', '12m'] }],
  },
  ProcessMemoryHigh: {
    fires: {
      series: [series(processResidentBytes, api(), '1e9x4 3.6e9x400'), series(memoryLimitBytes, api(), steady(4e9))],
      at: '30m',
      notYet: '8m',
    },
    quiet: [
      {
        series: [series(processResidentBytes, api(), steady(3.2e9)), series(memoryLimitBytes, api(), steady(4e9))],
        at: '30m',
      },
    ],
  },
  MixedReleases: {
    fires: {
      series: [
        series(buildInfo, { ...api(), release: '1.0' }, '1x400'),
        series(buildInfo, { ...api('api-2:8000'), release: '1.1' }, '_x20 1x400'),
      ],
      at: '50m',
      notYet: '30m',
    },
    quiet: [
      {
        series: [
          series(buildInfo, { ...api(), release: '1.1' }, '1x400'),
          series(buildInfo, { ...api('api-2:8000'), release: '1.1' }, '1x400'),
        ],
        at: '50m',
      },
    ],
  },
  CertificateExpires: {
    fires: { series: [series(probeCertificateExpiry, site, steady(6 * DAY))], at: '20m', notYet: '4m' },
    quiet: [{ series: [series(probeCertificateExpiry, site, steady(8 * DAY))], at: '20m' }],
  },
  CertificateExpiresSoon: {
    fires: { series: [series(probeCertificateExpiry, site, steady(20 * DAY))], at: '80m', notYet: '50m' },
    quiet: [{ series: [series(probeCertificateExpiry, site, steady(22 * DAY))], at: '80m' }],
  },
  ProxyConfigurationRefused: {
    fires: { series: [series(edgeReloadSucceeded, target('caddy'), '1x4 0x400')], at: '20m', notYet: '5m' },
    quiet: [{ series: [series(edgeReloadSucceeded, target('caddy'), steady(1))], at: '20m' }],
  },
} as const satisfies Record<string, AlertCase>

/** Of each 1000 requests so many fail: shares between 0.1 % (the objective) and more. */
function burning(failed: number, perInterval = 60): AlertCase['fires']['series'] {
  return edge(`0+${perInterval * (1 - failed)}x3000`, `0+${perInterval * failed}x3000`)
}

/** Requests in each interval of the scenes of windows. */
const MANY = 300

/** First this share of requests fails for so many intervals, then that one. */
function failing(first: number, intervals: number, then: number, further: number): Series[] {
  const failed = MANY * first * intervals
  const failures = `0+${MANY * first}x${intervals} ${failed}+${MANY * then}x${further}`
  return edge(`0+${MANY}x${intervals + further + 1}`, failures)
}

/** Both windows must burn. Long enough, in intervals: the long one, and at which time the scenes are looked at. */
function oneWindowOnly(threshold: number, long: number, at: { readonly fading: string; readonly fresh: string }) {
  return [
    // It fades: the long window is well above the threshold, the short one shortly below it.
    { series: failing(1.6 * threshold, long / 2, 0.75 * threshold, long), at: at.fading },
    // It is fresh: the short window is well above the threshold, the long one still below it.
    { series: failing(0, long, 2 * threshold, long), at: at.fresh },
  ]
}

export const objectiveCases = {
  ErrorBudgetBurnFast: {
    fires: { series: burning(0.02), at: '30m', notYet: '1m15s' },
    // 270 requests an hour are enough.
    alsoFires: [{ series: burning(0.2, 1.125), at: '2h' }],
    quiet: [
      ...oneWindowOnly(0.0144, 240, { fading: '42m', fresh: '82m' }),
      { series: burning(0.0135), at: '30m' },
      // At night: 150 requests an hour.
      { series: burning(0.2, 0.65), at: '2h' },
      // It has stopped: only the long window remembers.
      { series: edge('0+60x400', '0+3x100 300x400'), at: '40m' },
      // It has just begun after a good hour: only the short window knows.
      { series: edge('0+60x400', '0x230 0+1.8x170'), at: '62m' },
    ],
  },
  ErrorBudgetBurn: {
    fires: { series: burning(0.008, 600), at: '2h', notYet: '4m' },
    alsoFires: [{ series: burning(0.2, 4.5), at: '2h' }],
    quiet: [
      ...oneWindowOnly(0.006, 360, { fading: '218m', fresh: '490m' }),
      { series: burning(0.0055), at: '2h' },
      { series: burning(0.2, 2.6), at: '2h' },
      { series: edge('0+60x3000', '0+1x250 250x2500'), at: '6h' },
    ],
    interval: '1m',
  },
  ErrorBudgetBurnSlow: {
    fires: { series: burning(0.0045, 300), at: '10h', notYet: '15m' },
    alsoFires: [{ series: burning(0.2, 22.5), at: '3h' }],
    quiet: [
      ...oneWindowOnly(0.003, 288, { fading: '14h15m', fresh: '32h30m' }),
      { series: burning(0.0027), at: '10h' },
      { series: burning(0.2, 13), at: '10h' },
      { series: edge('0+60x3000', '0+1x120 120x2400'), at: '20h' },
    ],
    interval: '5m',
  },
  ErrorBudgetSpent: {
    fires: { series: burning(0.0015, 300), at: '60h', notYet: '45m' },
    alsoFires: [{ series: burning(0.2, 22.5), at: '3h' }],
    quiet: [
      ...oneWindowOnly(0.001, 864, { fading: '42h20m', fresh: '97h' }),
      { series: burning(0.0009, 300), at: '60h' },
      { series: burning(0.2, 13), at: '60h' },
      { series: edge('0+300x3000', '0+3x300 900x2400'), at: '60h' },
    ],
    interval: '5m',
  },
} as const satisfies Record<string, AlertCase>
