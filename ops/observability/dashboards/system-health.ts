import {
  jobFailuresTotal,
  jobsDead,
  jobsRunning,
  jobsWaiting,
  oldestWaitingSeconds,
  runSeconds,
} from '#platform/jobs/metrics.ts'
import { mailsTotal } from '#platform/mail/metrics.ts'
import { buildInfo } from '#platform/metrics/process-metrics.ts'
import { backupLastSuccess, backupLastVerifiedRestore } from '../exporters/backup.ts'
import { probeCertificateExpiry } from '../exporters/blackbox.ts'
import { edgeUpstreamsHealthy } from '../exporters/caddy.ts'
import { pgUp } from '../exporters/postgres.ts'
import { up } from '../exporters/process.ts'
import { redisUp } from '../exporters/redis.ts'
import {
  countOf,
  increase,
  max,
  min,
  oneOf,
  quantile,
  rate,
  secondsSince,
  secondsUntil,
  sum,
  topk,
  value,
  workerJobs,
} from '../promql/index.ts'
import { workersUp } from '../rules/recordings.ts'
import { machine, processes } from './machine.ts'
import { type Dashboard, here, type Row, these } from './panel.ts'
import { stores } from './stores.ts'

const health: Row = {
  title: 'Health',
  panels: [
    {
      title: 'API server health status',
      description: 'Each API process: 1 while it answers scrapes.',
      kind: 'states',
      unit: 'none',
      width: 8,
      queries: [{ expr: value(up, { ...these, role: 'api' }), legend: '{{instance}}' }],
      alerts: ['ApiDown', 'ApiReplicaDown'],
    },
    {
      title: 'Worker status',
      description: 'Each worker: 1 while it answers scrapes.',
      kind: 'states',
      unit: 'none',
      width: 8,
      queries: [{ expr: value(up, { ...these, job: oneOf(...workerJobs) }), legend: '{{instance}}' }],
      alerts: ['WorkersGone', 'WorkerDown'],
    },
    {
      title: 'Databases and proxy',
      description: '1 while PostgreSQL and Redis are reached, and while the proxy sends requests to an API process.',
      kind: 'states',
      unit: 'none',
      width: 8,
      queries: [
        { expr: min(value(pgUp, here)), legend: 'PostgreSQL' },
        { expr: min(value(redisUp, here)), legend: 'Redis' },
        { expr: max(value(edgeUpstreamsHealthy, here), ['upstream']), legend: '{{upstream}}' },
      ],
      alerts: ['PostgresDown', 'RedisDown'],
    },
    {
      title: 'Workers',
      description: 'Workers that answer scrapes.',
      kind: 'number',
      unit: 'short',
      width: 4,
      queries: [{ expr: sum(value(workersUp.metric, here)), legend: 'up' }],
      limits: { yellow: 2, red: 1, falling: true },
      alerts: ['WorkersGone'],
    },
    {
      title: 'Releases running',
      description: 'Processes by release: two releases only while a deploy goes on.',
      kind: 'stacked',
      unit: 'short',
      width: 8,
      queries: [{ expr: sum(value(buildInfo, here), ['release']), legend: '{{release}}' }],
      alerts: ['MixedReleases'],
    },
    {
      title: 'Certificate valid for',
      description: 'Time until the certificate of the public address expires; it is renewed 30 days before.',
      kind: 'number',
      unit: 'dtdurations',
      width: 4,
      queries: [{ expr: min(secondsUntil(value(probeCertificateExpiry, here))), legend: 'left' }],
      limits: { yellow: 21 * 86_400, red: 7 * 86_400, falling: true },
      alerts: ['CertificateExpires', 'CertificateExpiresSoon'],
    },
    {
      title: 'Last good backup',
      description: 'Age of the last backup that ended well.',
      kind: 'number',
      unit: 'dtdurations',
      width: 4,
      queries: [{ expr: max(secondsSince(value(backupLastSuccess, here))), legend: 'age' }],
      limits: { yellow: 25 * 3600, red: 26 * 3600 },
      alerts: ['BackupOld'],
    },
    {
      title: 'Last verified restore',
      description: 'Age of the last backup that was restored on trial and compared.',
      kind: 'number',
      unit: 'dtdurations',
      width: 4,
      queries: [{ expr: max(secondsSince(value(backupLastVerifiedRestore, here))), legend: 'age' }],
      limits: { yellow: 26 * 3600, red: 50 * 3600 },
      alerts: ['BackupNotRestored'],
    },
  ],
}

const work: Row = {
  title: 'Jobs and mail',
  panels: [
    {
      title: 'Age of the oldest waiting job',
      description: 'How long the oldest job of each kind has been due. Some seconds are usual.',
      kind: 'lines',
      unit: 's',
      width: 8,
      queries: [{ expr: topk(10, max(value(oldestWaitingSeconds, here), ['job_name'])), legend: '{{job_name}}' }],
      limits: { yellow: 300, red: 1800 },
      alerts: ['JobsLate', 'JobsStuck'],
    },
    {
      title: 'Jobs waiting and running',
      description: 'Jobs that are due and wait, dead ones, and those that run.',
      kind: 'lines',
      unit: 'short',
      width: 8,
      queries: [
        { expr: sum(max(value(jobsWaiting, here), ['job_name'])), legend: 'waiting' },
        { expr: sum(value(jobsRunning, here)), legend: 'running' },
        { expr: sum(max(value(jobsDead, here), ['job_name'])), legend: 'dead' },
      ],
      alerts: ['JobBacklogLong', 'JobsDead'],
    },
    {
      title: 'Runs of jobs',
      description: 'Runs a second by kind, and those that failed.',
      kind: 'lines',
      unit: 'ops',
      width: 8,
      queries: [
        {
          expr: topk(8, sum(rate(countOf(runSeconds), '$__rate_interval', here), ['job_name'])),
          legend: '{{job_name}}',
        },
        { expr: sum(rate(jobFailuresTotal, '$__rate_interval', here), ['outcome']), legend: 'failed: {{outcome}}' },
      ],
      alerts: ['JobsFailing'],
    },
    {
      title: 'Time of jobs (p95)',
      description: 'Nineteen of twenty runs take no longer.',
      kind: 'ranking',
      unit: 's',
      width: 12,
      queries: [
        {
          expr: topk(10, quantile(0.95, runSeconds, { over: '$__range', by: ['job_name'], where: here })),
          legend: '{{job_name}}',
        },
      ],
    },
    {
      title: 'Mail',
      description: 'Mails in each hour: sent, refused for good, or failed and tried again later.',
      kind: 'stacked',
      unit: 'short',
      width: 12,
      queries: [{ expr: sum(increase(mailsTotal, '1h', here), ['outcome']), legend: '{{outcome}}' }],
      alerts: ['MailFailing'],
    },
  ],
}

export const systemHealth: Dashboard = {
  uid: 'lms-system-health',
  title: 'LMS System Health',
  description: 'Processes, databases, jobs, disks: where a shortage shows before anybody notices it.',
  rows: [health, work, stores, processes, machine],
}
