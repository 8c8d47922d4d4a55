import { backupLastSuccess, backupLastVerifiedRestore } from '../exporters/backup.ts'
import { probeCertificateExpiry, probeSuccess } from '../exporters/blackbox.ts'
import { edgeReloadSucceeded, edgeRequestSeconds } from '../exporters/caddy.ts'
import {
  alertmanagerNotificationsFailed,
  alertmanagerReloadSucceeded,
  prometheusNotificationErrors,
  prometheusReloadSucceeded,
  prometheusRuleFailures,
  prometheusSampleLimitExceeded,
} from '../exporters/monitoring.ts'
import {
  nodeClockOffset,
  nodeCpuSeconds,
  nodeFilesystemAvailable,
  nodeFilesystemFiles,
  nodeFilesystemFilesFree,
  nodeFilesystemReadonly,
  nodeFilesystemSize,
  nodeMemoryAvailable,
  nodeMemoryTotal,
  nodeOomKills,
  nodeTextfileError,
} from '../exporters/node.ts'
import { pgActivityCount, pgDeadlocks, pgLongestTransaction, pgMaxConnections, pgUp } from '../exporters/postgres.ts'
import { up } from '../exporters/process.ts'
import {
  redisErrors,
  redisLastAppendStatus,
  redisLastSaveStatus,
  redisMemoryMax,
  redisMemoryUsed,
  redisRejectedConnections,
  redisUp,
} from '../exporters/redis.ts'
import { countOf } from '../promql/index.ts'
import { type Series, target } from './cases/case.ts'
import { publicRequest } from './recordings.ts'
import { counter, DAY, gauge, ripple, traffic } from './week.ts'

export function machineSeries(): Series[] {
  const node = target('node', 'node-exporter:9100')
  const disk = { ...node, device: '/dev/sda1', fstype: 'ext4', mountpoint: '/' } as const
  return [
    ...['0', '1'].map((cpu) =>
      counter(nodeCpuSeconds, { ...node, cpu, mode: 'idle' }, (minute) => 57 - Math.min(40, traffic(minute) / 15)),
    ),
    gauge(nodeMemoryTotal, node, () => 16e9),
    gauge(nodeMemoryAvailable, node, (minute) => 8e9 - 3e9 * ripple(minute)),
    gauge(nodeFilesystemSize, disk, () => 100e9),
    // Uploads of the day, and a backup at night that is written and then sent away.
    gauge(nodeFilesystemAvailable, disk, (minute) => 60e9 - minute * 4e5 - (minute % DAY < 40 ? 8e9 : 0)),
    gauge(nodeFilesystemReadonly, disk, () => 0),
    gauge(nodeFilesystemFiles, disk, () => 6.5e6),
    gauge(nodeFilesystemFilesFree, disk, (minute) => 6e6 - 40 * minute),
    gauge(nodeTextfileError, node, () => 0),
    gauge(nodeClockOffset, node, (minute) => 0.02 * ripple(minute)),
    counter(nodeOomKills, node, () => 0),
    // At two o'clock each night, and a trial restore at three.
    gauge(backupLastSuccess, node, (minute) => (Math.floor((minute - 120) / DAY) * DAY + 120) * 60),
    gauge(backupLastVerifiedRestore, node, (minute) => (Math.floor((minute - 180) / DAY) * DAY + 180) * 60),
  ]
}

export function storeSeries(): Series[] {
  const postgres = target('postgres', 'postgres-exporter:9187')
  const redis = target('redis', 'redis-exporter:9121')
  const active = { ...postgres, datname: 'lms', state: 'active' } as const
  return [
    gauge(pgUp, postgres, () => 1),
    gauge(pgMaxConnections, postgres, () => 100),
    gauge(pgActivityCount, active, (minute) => 20 + 30 * ripple(minute)),
    // A dump takes four minutes.
    gauge(pgLongestTransaction, active, (minute) =>
      minute % DAY > 120 && minute % DAY < 124 ? ((minute % DAY) - 120) * 60 : 1,
    ),
    // Two that waited for each other, now and then.
    counter(pgDeadlocks, { ...postgres, datname: 'lms' }, (minute) => (minute % 900 === 0 ? 2 : 0)),
    gauge(redisUp, redis, () => 1),
    counter(redisErrors, { ...redis, err: 'OOM' }, () => 0),
    counter(redisRejectedConnections, redis, () => 0),
    gauge(redisMemoryUsed, redis, (minute) => 1e8 + 1e8 * ripple(minute)),
    gauge(redisMemoryMax, redis, () => 5e8),
    gauge(redisLastSaveStatus, redis, () => 1),
    gauge(redisLastAppendStatus, redis, () => 1),
  ]
}

export function edgeSeries(): Series[] {
  const caddy = { ...target('caddy', 'lms-caddy:2020'), ...publicRequest, method: 'GET' } as const
  const site = target('blackbox', 'https://lms.example.org/api/v1/courses')
  const monitored = ['prometheus', 'alertmanager', 'node', 'postgres', 'redis', 'caddy', 'blackbox'] as const
  return [
    counter(countOf(edgeRequestSeconds), { ...caddy, code: '200' }, traffic),
    counter(countOf(edgeRequestSeconds), { ...caddy, code: '502' }, (minute) => traffic(minute) * 0.0003),
    gauge(edgeReloadSucceeded, target('caddy', 'lms-caddy:2020'), () => 1),
    // One probe in a while fails, as networks are.
    gauge(probeSuccess, site, (minute) => (minute % 701 === 700 ? 0 : 1)),
    gauge(probeCertificateExpiry, site, (minute) => (Math.floor(minute / (5 * DAY)) * 5 + 40) * 86_400),
    ...monitored.map((job) => gauge(up, target(job), (minute) => (minute % 997 === 996 ? 0 : 1))),
  ]
}

/** Prometheus and Alertmanager. */
export function monitoringSeries(): Series[] {
  const prometheus = target('prometheus', 'localhost:9090')
  const alertmanager = target('alertmanager', 'alertmanager:9093')
  return [
    gauge(prometheusReloadSucceeded, prometheus, () => 1),
    gauge(alertmanagerReloadSucceeded, alertmanager, () => 1),
    counter(prometheusRuleFailures, { ...prometheus, rule_group: 'api' }, () => 0),
    counter(alertmanagerNotificationsFailed, { ...alertmanager, integration: 'webhook' }, () => 0),
    counter(prometheusNotificationErrors, prometheus, () => 0),
    counter(prometheusSampleLimitExceeded, prometheus, () => 0),
  ]
}
