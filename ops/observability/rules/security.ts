import {
  authenticationsTotal,
  blacklistUnavailableTotal,
  sessionsEndedTotal,
  tokenRejectionsTotal,
} from '#modules/auth/metrics.ts'
import { rateLimitedTotal, requestsTotal, UNMATCHED } from '#platform/http/metrics.ts'
import { throttleFallbacksTotal } from '#platform/throttle/metrics.ts'
import { above, and, apiJobs, increase, oneOf, rate, ratio, sum } from '../promql/index.ts'
import { notAfter, outages } from './aftermath.ts'
import { alert } from './rule.ts'

const byEnvironment = ['environment'] as const
const api = { job: oneOf(...apiJobs) }
const dashboard = 'lms-security-events'
const keepFiringFor = '10m'

const logins = { action: 'login' } as const
const failedLogins = { action: 'login', outcome: oneOf('failure', 'throttled') } as const

export const securityAlerts = [
  alert({
    name: 'FailedLoginsSurge',
    severity: 'warning',
    summary:
      '{{ $value | humanize }} logins failed in ten minutes in {{ $labels.environment }}, more than half of all.',
    when: and(
      above(sum(increase(authenticationsTotal, '10m', failedLogins), byEnvironment), 100),
      above(
        ratio(
          sum(increase(authenticationsTotal, '10m', failedLogins), byEnvironment),
          sum(increase(authenticationsTotal, '10m', logins), byEnvironment),
        ),
        0.5,
      ),
    ),
    for: '1m',
    keepFiringFor,
    dashboard,
  }),
  alert({
    name: 'RateLimitSurge',
    severity: 'warning',
    summary: '{{ $value | humanizePercentage }} of all requests are refused because their clients send too many.',
    when: and(
      above(
        ratio(sum(rate(rateLimitedTotal, '10m'), byEnvironment), sum(rate(requestsTotal, '10m', api), byEnvironment)),
        0.1,
      ),
      above(sum(increase(rateLimitedTotal, '10m'), byEnvironment), 100),
    ),
    for: '5m',
    keepFiringFor,
    dashboard,
  }),
  alert({
    name: 'InvalidTokensSurge',
    severity: 'warning',
    summary: '{{ $value | humanize }} forged or broken access tokens came within ten minutes.',
    when: above(sum(increase(tokenRejectionsTotal, '10m', { reason: 'invalid' }), byEnvironment), 50),
    for: '1m',
    keepFiringFor,
    dashboard,
  }),
  alert({
    name: 'RefreshTokensReused',
    severity: 'warning',
    summary:
      '{{ $value | humanize }} sessions ended in a quarter of an hour because a refresh token came twice: stolen, or a broken client.',
    when: above(sum(increase(sessionsEndedTotal, '15m', { reason: 'refresh-token-reused' }), byEnvironment), 4.5),
    keepFiringFor,
    dashboard,
  }),
  alert({
    name: 'UnknownPathsSurge',
    severity: 'warning',
    summary:
      '{{ $value | humanize }} requests within ten minutes went to addresses that do not exist: somebody searches for holes.',
    when: above(sum(increase(requestsTotal, '10m', { ...api, route: UNMATCHED }), byEnvironment), 2000),
    for: '5m',
    keepFiringFor,
    dashboard,
  }),
  alert({
    name: 'ForbiddenSurge',
    severity: 'warning',
    summary: '{{ $value | humanize }} requests within ten minutes asked for what their accounts may not do.',
    when: above(sum(increase(requestsTotal, '10m', { ...api, status: '403' }), byEnvironment), 300),
    for: '5m',
    keepFiringFor,
    dashboard,
  }),
  alert({
    name: 'TokenBlacklistUnavailable',
    severity: 'critical',
    summary:
      'The list of revoked tokens cannot be read: {{ $value | humanize }} signed-in requests were {{ $labels.outcome }} within two minutes.',
    when: notAfter(outages, '2m', above(sum(increase(blacklistUnavailableTotal, '2m'), ['environment', 'outcome']), 5)),
    for: '2m',
    keepFiringFor: '2m',
    dashboard,
  }),
  alert({
    name: 'ThrottlesLocal',
    severity: 'warning',
    summary: 'Login throttles count in each process by itself because Redis does not answer them.',
    when: notAfter(outages, '5m', above(sum(increase(throttleFallbacksTotal, '5m'), byEnvironment), 5)),
    for: '5m',
    keepFiringFor,
    dashboard,
  }),
]
