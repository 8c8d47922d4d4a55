import {
  authenticationsTotal,
  blacklistUnavailableTotal,
  sessionsEndedTotal,
  tokenRejectionsTotal,
} from '#modules/auth/metrics.ts'
import { rateLimitedTotal, requestsTotal, UNMATCHED } from '#platform/http/metrics.ts'
import { throttleFallbacksTotal } from '#platform/throttle/metrics.ts'
import { type AlertCase, api, burst, rising, type Series, series } from './case.ts'

function logins(succeeding: number, failing: number): Series[] {
  return [
    series(authenticationsTotal, { ...api(), action: 'login', outcome: 'success' }, rising(succeeding)),
    series(authenticationsTotal, { ...api(), action: 'login', outcome: 'failure' }, rising(failing)),
    series(authenticationsTotal, { ...api(), action: 'refresh', outcome: 'success' }, rising(50)),
  ]
}

function limited(all: number, refused: number): Series[] {
  return [
    series(requestsTotal, { ...api(), method: 'GET', route: '/api/v1/courses', status: '200' }, rising(all)),
    series(rateLimitedTotal, { ...api(), client: 'network' }, rising(refused)),
  ]
}

function requests(route: string, status: string, perStep: number): Series[] {
  return [series(requestsTotal, { ...api(), method: 'GET', route, status }, rising(perStep))]
}

export const securityCases = {
  FailedLoginsSurge: {
    // In ten minutes there are 40 intervals.
    fires: { series: logins(1, 4), at: '20m', notYet: '15s' },
    quiet: [
      { series: logins(4, 3.5), at: '20m' },
      { series: logins(0, 2), at: '20m' },
    ],
  },
  RateLimitSurge: {
    fires: { series: limited(25, 4), at: '30m', notYet: '4m' },
    quiet: [
      { series: limited(50, 4), at: '30m' },
      { series: limited(10, 2), at: '30m' },
    ],
  },
  InvalidTokensSurge: {
    fires: {
      series: [series(tokenRejectionsTotal, { ...api(), reason: 'invalid' }, rising(2))],
      at: '20m',
      notYet: '6m45s',
    },
    quiet: [
      {
        series: [
          series(tokenRejectionsTotal, { ...api(), reason: 'invalid' }, rising(1)),
          series(tokenRejectionsTotal, { ...api(), reason: 'expired' }, rising(20)),
        ],
        at: '20m',
      },
    ],
  },
  RefreshTokensReused: {
    fires: {
      series: [series(sessionsEndedTotal, { ...api(), reason: 'refresh-token-reused' }, burst(1, 7, 80))],
      at: '25m',
    },
    quiet: [
      {
        series: [
          series(sessionsEndedTotal, { ...api(), reason: 'refresh-token-reused' }, burst(1, 4, 80)),
          series(sessionsEndedTotal, { ...api(), reason: 'logged-out' }, rising(3)),
        ],
        at: '25m',
      },
    ],
  },
  UnknownPathsSurge: {
    fires: { series: requests(UNMATCHED, '404', 70), at: '30m', notYet: '8m' },
    quiet: [{ series: [...requests(UNMATCHED, '404', 40), ...requests('/api/v1/courses', '404', 90)], at: '30m' }],
  },
  ForbiddenSurge: {
    fires: { series: requests('/api/v1/courses', '403', 12), at: '30m', notYet: '8m' },
    quiet: [
      { series: [...requests('/api/v1/courses', '403', 6), ...requests('/api/v1/courses', '404', 90)], at: '30m' },
    ],
  },
  TokenBlacklistUnavailable: {
    fires: {
      series: [series(blacklistUnavailableTotal, { ...api(), outcome: 'refused' }, `0x8 ${rising(1)}`)],
      at: '12m',
      notYet: '4m',
    },
    quiet: [{ series: [series(blacklistUnavailableTotal, { ...api(), outcome: 'refused' }, rising(0.5))], at: '12m' }],
  },
  ThrottlesLocal: {
    fires: { series: [series(throttleFallbacksTotal, api(), `0x20 ${rising(0.4)}`)], at: '30m', notYet: '9m' },
    quiet: [{ series: [series(throttleFallbacksTotal, api(), rising(0.2))], at: '30m' }],
  },
} as const satisfies Record<string, AlertCase>
