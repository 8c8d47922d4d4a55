import { requestSeconds, requestsTotal } from '#platform/http/metrics.ts'
import { buildInfo, memoryLimitBytes } from '#platform/metrics/process-metrics.ts'
import { probeCertificateExpiry, probeSuccess } from '../exporters/blackbox.ts'
import { edgeReloadSucceeded } from '../exporters/caddy.ts'
import { eventLoopLagP99, processResidentBytes, processStartTime, up } from '../exporters/process.ts'
import {
  above,
  and,
  apiJobs,
  below,
  changes,
  count,
  equals,
  fewer,
  increase,
  like,
  max,
  median,
  oneOf,
  overTime,
  per,
  quantile,
  rate,
  ratio,
  secondsUntil,
  sum,
  unless,
  unlike,
  value,
  workerJobs,
} from '../promql/index.ts'
import { notAfter, outages } from './aftermath.ts'
import { apiUp } from './recordings.ts'
import { alert } from './rule.ts'

const api = { job: oneOf(...apiJobs) }
const ours = { job: oneOf(...apiJobs, ...workerJobs) }
const dashboard = 'lms-api-overview'
const DAY = 86_400

/** Contents of files take as long as they are; refused logins are held back on purpose. */
const interactive = { ...api, route: unlike('/api/v1/(files|auth)/.*|.*/content|.*/stream') }
const byEnvironment = ['environment'] as const

export const apiAlerts = [
  alert({
    name: 'ApiDown',
    severity: 'critical',
    summary: 'No API process answers in {{ $labels.environment }}: nobody can use the product.',
    // Stopped containers leave service discovery, so a missing target is compared with the last hours.
    when: unless(
      equals(max(overTime('max', up, '6h', api), byEnvironment), 1),
      above(sum(value(up, api), byEnvironment), 0),
      byEnvironment,
    ),
    for: '30s',
    keepFiringFor: '3m',
    dashboard,
  }),
  alert({
    name: 'ApiReplicaDown',
    severity: 'warning',
    summary: 'Only {{ $value }} API processes run in {{ $labels.environment }}, fewer than usual in the last hours.',
    when: fewer(value(apiUp.metric), median(apiUp.metric, '6h')),
    for: '2m',
    keepFiringFor: '1m',
    dashboard,
  }),
  alert({
    name: 'SiteUnreachable',
    severity: 'critical',
    summary: 'The public address {{ $labels.instance }} has not answered as it must for more than a minute.',
    when: below(overTime('avg', probeSuccess, '1m'), 0.5),
    for: '1m',
    keepFiringFor: '1m',
    dashboard,
  }),
  alert({
    name: 'ApiLatencyHigh',
    severity: 'warning',
    summary: 'One request in twenty takes longer than {{ $value | humanizeDuration }} in {{ $labels.environment }}.',
    when: notAfter(
      outages,
      '5m',
      and(
        above(quantile(0.95, requestSeconds, { over: '5m', by: byEnvironment, where: interactive }), 1),
        above(sum(rate(requestsTotal, '5m', interactive), byEnvironment), 0.2),
      ),
    ),
    for: '10m',
    keepFiringFor: '5m',
    dashboard,
  }),
  alert({
    name: 'ApiRouteFailing',
    severity: 'warning',
    summary:
      '{{ $value | humanizePercentage }} of the requests to {{ $labels.method }} {{ $labels.route }} end in a 5xx.',
    when: notAfter(
      outages,
      '10m',
      and(
        above(
          ratio(
            sum(rate(requestsTotal, '10m', { ...api, status: like('5..') }), ['environment', 'method', 'route']),
            sum(rate(requestsTotal, '10m', api), ['environment', 'method', 'route']),
          ),
          0.1,
        ),
        above(
          sum(increase(requestsTotal, '10m', { ...api, status: like('5..') }), ['environment', 'method', 'route']),
          10,
        ),
      ),
    ),
    for: '5m',
    keepFiringFor: '5m',
    dashboard,
  }),
  alert({
    name: 'EventLoopBlocked',
    severity: 'warning',
    summary:
      '{{ $labels.instance }} answers late: its event loop is blocked for {{ $value | humanizeDuration }} at a time.',
    when: notAfter(outages, '5m', above(overTime('avg', eventLoopLagP99, '5m', ours), 0.25)),
    for: '5m',
    keepFiringFor: '5m',
    dashboard: 'lms-system-health',
  }),
  alert({
    name: 'CrashLoop',
    severity: 'critical',
    summary: '{{ $labels.instance }} ({{ $labels.job }}) started {{ $value }} times again within 15 minutes.',
    when: above(changes(processStartTime, '15m', ours), 2),
    keepFiringFor: '10m',
    dashboard: 'lms-system-health',
  }),
  alert({
    name: 'ProcessMemoryHigh',
    severity: 'warning',
    summary:
      '{{ $labels.instance }} uses {{ $value | humanizePercentage }} of the memory it may have and will be killed at 100 %.',
    when: above(per(value(processResidentBytes, ours), value(memoryLimitBytes, ours), ['job', 'instance']), 0.85),
    for: '10m',
    keepFiringFor: '5m',
    dashboard: 'lms-system-health',
  }),
  alert({
    name: 'MixedReleases',
    severity: 'warning',
    summary:
      '{{ $value }} releases have run beside each other in {{ $labels.environment }} for half an hour: a deploy did not end.',
    when: above(count(count(value(buildInfo, ours), ['environment', 'release']), byEnvironment), 1),
    for: '30m',
    dashboard,
  }),
  alert({
    name: 'CertificateExpires',
    severity: 'critical',
    summary:
      'The certificate of {{ $labels.instance }} expires in {{ $value | humanizeDuration }}; then no client connects.',
    when: below(secondsUntil(value(probeCertificateExpiry)), 7 * DAY),
    for: '5m',
    keepFiringFor: '5m',
    dashboard: 'lms-system-health',
  }),
  alert({
    name: 'CertificateExpiresSoon',
    severity: 'warning',
    summary:
      'The certificate of {{ $labels.instance }} was not renewed and expires in {{ $value | humanizeDuration }}.',
    when: below(secondsUntil(value(probeCertificateExpiry)), 21 * DAY),
    for: '1h',
    keepFiringFor: '5m',
    dashboard: 'lms-system-health',
  }),
  alert({
    name: 'ProxyConfigurationRefused',
    severity: 'warning',
    summary: 'Caddy refused its last configuration and goes on with the one before.',
    when: equals(value(edgeReloadSucceeded), 0),
    for: '5m',
    dashboard: 'lms-system-health',
  }),
]
