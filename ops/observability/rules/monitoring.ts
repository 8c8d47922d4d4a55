import { backupLastSuccess, backupLastVerifiedRestore } from '../exporters/backup.ts'
import {
  alertmanagerNotificationsFailed,
  alertmanagerReloadSucceeded,
  prometheusNotificationErrors,
  prometheusReloadSucceeded,
  prometheusRuleFailures,
  prometheusSampleLimitExceeded,
} from '../exporters/monitoring.ts'
import { nodeTextfileError } from '../exporters/node.ts'
import { up } from '../exporters/process.ts'
import {
  above,
  ago,
  always,
  apiJobs,
  equals,
  type Gauge,
  increase,
  type Labels,
  noneOf,
  or,
  overTime,
  rate,
  secondsSince,
  sum,
  unless,
  value,
  workerJobs,
} from '../promql/index.ts'
import { alert } from './rule.ts'

const dashboard = 'lms-system-health'
const keepFiringFor = '5m'
const HOUR = 3600

/**
 * It is older than so many hours; or there is none at all, though the machine has been watched for that long: the age
 * of what does not exist is no number, and would never be too high.
 */
function olderThan(when: Gauge<Labels>, hours: number) {
  const watched = ago(up, `${hours}h`, { job: 'node' })
  const tooOld = above(secondsSince(value(when)), hours * HOUR)
  return or(tooOld, unless(watched, value(when), ['environment']))
}

const backupAlerts = [
  alert({
    name: 'BackupOld',
    severity: 'critical',
    summary: 'No backup has ended well for more than 26 hours; perhaps none ever has.',
    when: olderThan(backupLastSuccess, 26),
    for: '5m',
    keepFiringFor,
    dashboard,
  }),
  alert({
    name: 'BackupNotRestored',
    severity: 'warning',
    summary:
      'No backup has been restored on trial for more than 50 hours: nobody knows whether the backups are any good.',
    when: olderThan(backupLastVerifiedRestore, 50),
    for: '5m',
    keepFiringFor,
    dashboard,
  }),
]

export const monitoringAlerts = [
  ...backupAlerts,
  alert({
    name: 'Watchdog',
    severity: 'none',
    summary:
      'Always fires: whoever receives it knows that alerts arrive, and whoever no longer does, that they do not.',
    when: always,
    dashboard,
  }),
  alert({
    name: 'TargetDown',
    severity: 'warning',
    summary: '{{ $labels.job }} ({{ $labels.instance }}) cannot be scraped: what it measures is unknown.',
    when: equals(overTime('max', up, '1m', { job: noneOf(...apiJobs, ...workerJobs) }), 0),
    for: '4m',
    keepFiringFor,
    dashboard,
  }),
  alert({
    name: 'MonitoringConfigurationRefused',
    severity: 'warning',
    summary: '{{ $labels.job }} refused its last configuration and goes on with the one before.',
    when: equals(or(value(prometheusReloadSucceeded), value(alertmanagerReloadSucceeded)), 0),
    for: '5m',
    dashboard,
  }),
  alert({
    name: 'RulesFailing',
    severity: 'warning',
    summary: 'Prometheus cannot evaluate rules of {{ $labels.rule_group }}: their alerts are blind.',
    when: above(sum(increase(prometheusRuleFailures, '5m'), ['instance', 'rule_group']), 0),
    for: '5m',
    keepFiringFor,
    dashboard,
  }),
  alert({
    name: 'NotificationsFailing',
    severity: 'critical',
    summary: 'Alertmanager cannot deliver to {{ $labels.integration }}: pages are lost.',
    when: above(sum(rate(alertmanagerNotificationsFailed, '5m'), ['instance', 'integration']), 0),
    for: '2m',
    keepFiringFor,
    dashboard,
  }),
  alert({
    name: 'AlertmanagerUnreachable',
    severity: 'critical',
    summary: 'Prometheus cannot hand alerts to Alertmanager: nobody is paged.',
    when: above(sum(increase(prometheusNotificationErrors, '5m'), ['instance']), 0),
    for: '2m',
    keepFiringFor,
    dashboard,
  }),
  alert({
    name: 'SeriesLimitReached',
    severity: 'warning',
    summary: 'A target has more series than its job allows, so its scrapes are thrown away.',
    when: above(sum(increase(prometheusSampleLimitExceeded, '5m'), ['instance']), 0),
    for: '5m',
    keepFiringFor,
    dashboard,
  }),
  alert({
    name: 'TextfileUnreadable',
    severity: 'warning',
    summary: 'A file of metrics on {{ $labels.instance }} cannot be read: ages of backups may be stale.',
    when: equals(value(nodeTextfileError), 1),
    for: '10m',
    keepFiringFor,
    dashboard,
  }),
]
