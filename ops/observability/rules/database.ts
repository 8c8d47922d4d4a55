import { poolWaiting, querySeconds } from '#platform/database/metrics.ts'
import { pgActivityCount, pgDeadlocks, pgLongestTransaction, pgMaxConnections, pgUp } from '../exporters/postgres.ts'
import {
  redisErrors,
  redisLastAppendStatus,
  redisLastSaveStatus,
  redisMemoryMax,
  redisMemoryUsed,
  redisRejectedConnections,
  redisUp,
} from '../exporters/redis.ts'
import {
  above,
  and,
  countOf,
  equals,
  increase,
  max,
  noneOf,
  oneOf,
  or,
  overTime,
  per,
  quantile,
  rate,
  sum,
  value,
} from '../promql/index.ts'
import { notAfter, outages } from './aftermath.ts'
import { alert } from './rule.ts'

const dashboard = 'lms-system-health'
const keepFiringFor = '5m'
const byEnvironment = ['environment'] as const

const postgresAlerts = [
  alert({
    name: 'PostgresDown',
    severity: 'critical',
    summary: 'PostgreSQL cannot be reached in {{ $labels.environment }}: nearly every request fails.',
    when: equals(overTime('max', pgUp, '30s'), 0),
    for: '15s',
    keepFiringFor: '3m',
    dashboard,
  }),
  alert({
    name: 'PostgresConnectionsHigh',
    severity: 'warning',
    summary: '{{ $value | humanizePercentage }} of the connections that PostgreSQL allows are open.',
    when: above(
      per(
        sum(value(pgActivityCount), ['environment', 'instance']),
        max(value(pgMaxConnections), ['environment', 'instance']),
      ),
      0.8,
    ),
    for: '5m',
    keepFiringFor,
    dashboard,
  }),
  alert({
    name: 'PostgresTransactionLong',
    severity: 'warning',
    summary: 'A transaction has been open for {{ $value | humanizeDuration }}: it holds locks and keeps old rows.',
    when: above(
      max(
        value(pgLongestTransaction, {
          state: oneOf('active', 'idle in transaction', 'idle in transaction (aborted)'),
          backend_type: noneOf('walsender'),
        }),
        ['environment', 'instance', 'datname'],
      ),
      300,
    ),
    for: '1m',
    keepFiringFor,
    dashboard,
  }),
  alert({
    name: 'PostgresDeadlocks',
    severity: 'warning',
    summary:
      'PostgreSQL ended {{ $value | humanize }} transactions in a quarter of an hour because they waited for each other.',
    when: above(sum(increase(pgDeadlocks, '15m'), ['environment', 'instance']), 5),
    keepFiringFor,
    dashboard,
  }),
  alert({
    name: 'PoolExhausted',
    severity: 'warning',
    summary:
      '{{ $labels.instance }} has {{ $value | humanize }} callers waiting for a connection to PostgreSQL on average.',
    when: notAfter(outages, '2m', above(overTime('avg', poolWaiting, '2m'), 2)),
    for: '3m',
    keepFiringFor,
    dashboard,
  }),
  alert({
    name: 'QueriesSlow',
    severity: 'warning',
    summary:
      'One reading statement in twenty takes longer than {{ $value | humanizeDuration }} in {{ $labels.environment }}.',
    when: notAfter(
      outages,
      '5m',
      and(
        above(quantile(0.95, querySeconds, { over: '5m', by: byEnvironment, where: { operation: 'select' } }), 0.3),
        above(sum(rate(countOf(querySeconds), '5m', { operation: 'select' }), byEnvironment), 0.5),
      ),
    ),
    for: '10m',
    keepFiringFor,
    dashboard,
  }),
]

const redisAlerts = [
  alert({
    name: 'RedisDown',
    severity: 'critical',
    summary:
      'Redis cannot be reached in {{ $labels.environment }}: no jobs run, and signed-in requests may be refused.',
    when: equals(overTime('max', redisUp, '30s'), 0),
    for: '15s',
    keepFiringFor: '3m',
    dashboard,
  }),
  alert({
    name: 'RedisMemoryHigh',
    severity: 'warning',
    summary: 'Redis uses {{ $value | humanizePercentage }} of its memory; when all is used it refuses to write.',
    when: above(per(value(redisMemoryUsed), above(value(redisMemoryMax), 0)), 0.8),
    for: '5m',
    keepFiringFor,
    dashboard,
  }),
  alert({
    name: 'RedisRefusesWrites',
    severity: 'critical',
    summary: 'Redis refuses to write ({{ $labels.err }}): jobs are not handed over and logouts are not remembered.',
    when: notAfter(
      outages,
      '5m',
      above(sum(increase(redisErrors, '5m', { err: oneOf('OOM', 'MISCONF') }), ['environment', 'instance', 'err']), 0),
    ),
    for: '30s',
    keepFiringFor,
    dashboard,
  }),
  alert({
    name: 'RedisNotPersisted',
    severity: 'warning',
    summary: 'Redis could not write its data to disk: after a crash the newest part would be missing.',
    when: or(equals(value(redisLastSaveStatus), 0), equals(value(redisLastAppendStatus), 0)),
    for: '5m',
    keepFiringFor,
    dashboard,
  }),
  alert({
    name: 'RedisConnectionsRefused',
    severity: 'warning',
    summary: 'Redis refused {{ $value | humanize }} connections because too many are open.',
    when: above(increase(redisRejectedConnections, '10m'), 0),
    keepFiringFor,
    dashboard,
  }),
]

export const databaseAlerts = [...postgresAlerts, ...redisAlerts]
