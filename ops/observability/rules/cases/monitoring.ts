import { backupLastSuccess, backupLastVerifiedRestore } from '../../exporters/backup.ts'
import {
  alertmanagerNotificationsFailed,
  alertmanagerReloadSucceeded,
  prometheusNotificationErrors,
  prometheusReloadSucceeded,
  prometheusRuleFailures,
  prometheusSampleLimitExceeded,
} from '../../exporters/monitoring.ts'
import { nodeTextfileError } from '../../exporters/node.ts'
import { up } from '../../exporters/process.ts'
import { type AlertCase, burst, rising, type Series, series, steady, target, worker } from './case.ts'

const HOUR = 3600
const prometheus = target('prometheus')
const alertmanager = target('alertmanager')

/** A machine that has been scraped each minute for so many hours. */
function watched(hours: number): Series[] {
  return [series(up, target('node'), `1x${hours * 60}`)]
}

export const monitoringCases = {
  BackupOld: {
    fires: { series: [series(backupLastSuccess, target('node'), steady(-27 * HOUR))], at: '20m', notYet: '4m' },
    // None was ever made.
    alsoFires: [{ series: watched(27), at: '26h20m' }],
    quiet: [
      { series: [series(backupLastSuccess, target('node'), steady(-25 * HOUR))], at: '20m' },
      { series: watched(27), at: '25h50m' },
      // The first one came after a day.
      { series: [...watched(48), series(backupLastSuccess, target('node'), `_x1440 ${24 * HOUR}x1440`)], at: '47h' },
    ],
    interval: '1m',
  },
  BackupNotRestored: {
    fires: { series: [series(backupLastVerifiedRestore, target('node'), steady(-51 * HOUR))], at: '20m', notYet: '4m' },
    alsoFires: [{ series: watched(51), at: '50h20m' }],
    quiet: [
      { series: [series(backupLastVerifiedRestore, target('node'), steady(-49 * HOUR))], at: '20m' },
      { series: watched(51), at: '49h50m' },
    ],
    interval: '1m',
  },
  Watchdog: { fires: { series: [], at: ['1m', '1h'] }, quiet: [] },
  TargetDown: {
    fires: { series: [series(up, target('redis'), '1x4 0x400')], at: '20m', notYet: '5m' },
    quiet: [
      { series: [series(up, target('redis'), `1x4 ${'0 0 1 '.repeat(30)}`)], at: '20m' },
      { series: [series(up, worker(), '1x4 0x400')], at: '20m' },
    ],
  },
  MonitoringConfigurationRefused: {
    fires: {
      series: [
        series(prometheusReloadSucceeded, prometheus, '1x4 0x400'),
        series(alertmanagerReloadSucceeded, alertmanager, steady(1)),
      ],
      at: '20m',
      notYet: '5m',
    },
    quiet: [{ series: [series(prometheusReloadSucceeded, prometheus, steady(1))], at: '20m' }],
  },
  RulesFailing: {
    fires: {
      series: [series(prometheusRuleFailures, { ...prometheus, rule_group: 'api' }, `0x4 ${rising(1)}`)],
      at: '20m',
      notYet: '5m',
    },
    quiet: [{ series: [series(prometheusRuleFailures, { ...prometheus, rule_group: 'api' }, burst(1, 1))], at: '20m' }],
  },
  NotificationsFailing: {
    fires: {
      series: [
        series(alertmanagerNotificationsFailed, { ...alertmanager, integration: 'webhook' }, `0x4 ${rising(1)}`),
      ],
      at: '20m',
      notYet: '2m30s',
    },
    quiet: [
      {
        series: [series(alertmanagerNotificationsFailed, { ...alertmanager, integration: 'webhook' }, steady(3))],
        at: '20m',
      },
    ],
  },
  AlertmanagerUnreachable: {
    fires: {
      series: [series(prometheusNotificationErrors, prometheus, `0x4 ${rising(1)}`)],
      at: '20m',
      notYet: '2m30s',
    },
    quiet: [{ series: [series(prometheusNotificationErrors, prometheus, steady(3))], at: '20m' }],
  },
  SeriesLimitReached: {
    fires: {
      series: [series(prometheusSampleLimitExceeded, prometheus, `0x4 ${rising(1)}`)],
      at: '20m',
      notYet: '5m',
    },
    quiet: [{ series: [series(prometheusSampleLimitExceeded, prometheus, steady(3))], at: '20m' }],
  },
  TextfileUnreadable: {
    fires: { series: [series(nodeTextfileError, target('node'), '0x4 1x400')], at: '30m', notYet: '10m' },
    quiet: [{ series: [series(nodeTextfileError, target('node'), steady(0))], at: '30m' }],
  },
} as const satisfies Record<string, AlertCase>
