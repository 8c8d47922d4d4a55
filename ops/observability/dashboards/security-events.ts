import { accountEventsTotal, accountThrottledTotal } from '#modules/accounts/metrics.ts'
import {
  authenticationsTotal,
  blacklistUnavailableTotal,
  sessionsEndedTotal,
  throttledTotal,
  tokenRejectionsTotal,
  totpChangesTotal,
} from '#modules/auth/metrics.ts'
import { rateLimitedTotal, requestsTotal, UNMATCHED } from '#platform/http/metrics.ts'
import { throttleFallbacksTotal } from '#platform/throttle/metrics.ts'
import { increase, oneOf, rate, ratio, sum } from '../promql/index.ts'
import { type Dashboard, here, type Row } from './panel.ts'

const logins: Row = {
  title: 'Logins',
  panels: [
    {
      title: 'Failed login attempts',
      description: 'Failed and throttled logins in five minutes. A wave is somebody who tries passwords.',
      kind: 'stacked',
      unit: 'short',
      width: 12,
      queries: [
        {
          expr: sum(
            increase(authenticationsTotal, '5m', { ...here, action: 'login', outcome: oneOf('failure', 'throttled') }),
            ['outcome'],
          ),
          legend: '{{outcome}}',
        },
      ],
      limits: { yellow: 50, red: 100 },
      alerts: ['FailedLoginsSurge'],
    },
    {
      title: 'Share of logins that fail',
      description: 'A fifth is usual where people type passwords; more than half is an attack or a broken front end.',
      kind: 'lines',
      unit: 'percentunit',
      width: 12,
      queries: [
        {
          expr: ratio(
            sum(
              rate(authenticationsTotal, '$__rate_interval', {
                ...here,
                action: 'login',
                outcome: oneOf('failure', 'throttled'),
              }),
            ),
            sum(rate(authenticationsTotal, '$__rate_interval', { ...here, action: 'login' })),
          ),
          legend: 'failing',
        },
      ],
      limits: { yellow: 0.3, red: 0.5 },
      alerts: ['FailedLoginsSurge'],
    },
    {
      title: 'Who had to wait',
      description: 'Logins refused before a password was looked at: of one account, or of a whole network.',
      kind: 'lines',
      unit: 'short',
      width: 12,
      queries: [{ expr: sum(increase(throttledTotal, '5m', here), ['scope']), legend: '{{scope}}' }],
    },
    {
      title: 'Second factor',
      description: 'Answers to the second factor, and accounts that switched it on or off.',
      kind: 'lines',
      unit: 'short',
      width: 12,
      queries: [
        {
          expr: sum(increase(authenticationsTotal, '1h', { ...here, action: 'second-factor' }), ['outcome']),
          legend: 'answers: {{outcome}}',
        },
        { expr: sum(increase(totpChangesTotal, '1h', here), ['change']), legend: 'accounts: {{change}}' },
      ],
    },
  ],
}

const limits: Row = {
  title: 'Limits and access',
  panels: [
    {
      title: 'Rate limiting events',
      description: 'Requests refused because their client sent too many, in five minutes.',
      kind: 'stacked',
      unit: 'short',
      width: 12,
      queries: [
        { expr: sum(increase(rateLimitedTotal, '5m', here), ['client']), legend: 'requests: {{client}}' },
        { expr: sum(increase(accountThrottledTotal, '5m', here), ['action']), legend: 'mails: {{action}}' },
      ],
      alerts: ['RateLimitSurge'],
    },
    {
      title: 'Unusual access patterns',
      description:
        'Addresses that do not exist, and what accounts may not do, in five minutes: somebody looks for holes.',
      kind: 'lines',
      unit: 'short',
      width: 12,
      queries: [
        { expr: sum(increase(requestsTotal, '5m', { ...here, route: UNMATCHED })), legend: 'unknown addresses' },
        { expr: sum(increase(requestsTotal, '5m', { ...here, status: '403' })), legend: 'forbidden' },
        { expr: sum(increase(requestsTotal, '5m', { ...here, status: '401' })), legend: 'without a valid login' },
      ],
      alerts: ['UnknownPathsSurge', 'ForbiddenSurge'],
    },
    {
      title: 'Token validation failures',
      description:
        'Access tokens that were refused, in five minutes. Expired ones are usual, invalid ones are forged or broken.',
      kind: 'stacked',
      unit: 'short',
      width: 12,
      queries: [{ expr: sum(increase(tokenRejectionsTotal, '5m', here), ['reason']), legend: '{{reason}}' }],
      alerts: ['InvalidTokensSurge'],
    },
    {
      title: 'Sessions that ended early',
      description: 'In each hour, by reason. A refresh token that came twice was stolen, or a client keeps two copies.',
      kind: 'stacked',
      unit: 'short',
      width: 12,
      queries: [{ expr: sum(increase(sessionsEndedTotal, '1h', here), ['reason']), legend: '{{reason}}' }],
      alerts: ['RefreshTokensReused'],
    },
  ],
}

const accounts: Row = {
  title: 'Accounts and protection itself',
  panels: [
    {
      title: 'What happened to accounts',
      description: 'Registrations, changed passwords, invitations, changed roles, in each hour.',
      kind: 'stacked',
      unit: 'short',
      width: 12,
      queries: [{ expr: sum(increase(accountEventsTotal, '1h', here), ['event']), legend: '{{event}}' }],
    },
    {
      title: 'Protection without Redis',
      description: 'Requests that met an unreachable list of revoked tokens, and throttles that counted by themselves.',
      kind: 'lines',
      unit: 'short',
      width: 12,
      queries: [
        { expr: sum(increase(blacklistUnavailableTotal, '5m', here), ['outcome']), legend: 'token list: {{outcome}}' },
        { expr: sum(increase(throttleFallbacksTotal, '5m', here)), legend: 'throttles' },
      ],
      alerts: ['TokenBlacklistUnavailable', 'ThrottlesLocal'],
    },
  ],
}

export const securityEvents: Dashboard = {
  uid: 'lms-security-events',
  title: 'LMS Security Events',
  description: 'Who tries to get in; sums only: addresses and accounts are in the audit log.',
  rows: [logins, limits, accounts],
}
