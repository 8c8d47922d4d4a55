import { jobFailuresTotal, jobsDead, jobsWaiting, oldestWaitingSeconds, runSeconds } from '#platform/jobs/metrics.ts'
import { mailsTotal } from '#platform/mail/metrics.ts'
import { up } from '../exporters/process.ts'
import {
  above,
  and,
  countOf,
  equals,
  fewer,
  increase,
  max,
  median,
  oneOf,
  overTime,
  ratio,
  sum,
  unless,
  value,
  workerJobs,
} from '../promql/index.ts'
import { notAfter, outages } from './aftermath.ts'
import { workersUp } from './recordings.ts'
import { alert } from './rule.ts'

const worker = { job: oneOf(...workerJobs) }
const byEnvironment = ['environment'] as const
const dashboard = 'lms-system-health'
const keepFiringFor = '5m'

export const workAlerts = [
  alert({
    name: 'WorkersGone',
    severity: 'critical',
    summary: 'No worker runs in {{ $labels.environment }}: mails, certificates and recurring work wait.',
    when: unless(
      equals(max(overTime('max', up, '6h', worker), byEnvironment), 1),
      above(sum(value(up, worker), byEnvironment), 0),
      byEnvironment,
    ),
    for: '1m',
    keepFiringFor: '1m',
    dashboard,
  }),
  alert({
    name: 'WorkerDown',
    severity: 'warning',
    summary: 'Only {{ $value }} workers run in {{ $labels.environment }}, fewer than usual in the last hours.',
    when: fewer(value(workersUp.metric), median(workersUp.metric, '6h')),
    for: '2m',
    keepFiringFor: '1m',
    dashboard,
  }),
  alert({
    name: 'JobsStuck',
    severity: 'critical',
    summary: 'A job {{ $labels.job_name }} has been due for {{ $value | humanizeDuration }} and nobody runs it.',
    when: above(max(value(oldestWaitingSeconds), ['environment', 'job_name']), 1800),
    for: '2m',
    keepFiringFor,
    dashboard,
  }),
  alert({
    name: 'JobsLate',
    severity: 'warning',
    summary: 'The oldest job {{ $labels.job_name }} has been waiting for {{ $value | humanizeDuration }}.',
    when: above(max(value(oldestWaitingSeconds), ['environment', 'job_name']), 300),
    for: '2m',
    keepFiringFor,
    dashboard,
  }),
  alert({
    name: 'JobBacklogLong',
    severity: 'warning',
    summary: '{{ $value }} jobs {{ $labels.job_name }} are due and wait: the workers do not keep up.',
    when: above(max(value(jobsWaiting), ['environment', 'job_name']), 1000),
    for: '10m',
    keepFiringFor,
    dashboard,
  }),
  alert({
    name: 'JobsDead',
    severity: 'warning',
    summary: '{{ $value }} jobs {{ $labels.job_name }} failed for good and wait for an operator.',
    when: above(max(value(jobsDead), ['environment', 'job_name']), 0),
    for: '5m',
    keepFiringFor,
    dashboard,
  }),
  alert({
    name: 'JobsFailing',
    severity: 'warning',
    summary: '{{ $value | humanizePercentage }} of the runs of {{ $labels.job_name }} fail.',
    when: notAfter(
      outages,
      '15m',
      and(
        above(
          ratio(
            sum(increase(jobFailuresTotal, '15m'), ['environment', 'job_name']),
            sum(increase(countOf(runSeconds), '15m'), ['environment', 'job_name']),
          ),
          0.3,
        ),
        above(sum(increase(jobFailuresTotal, '15m'), ['environment', 'job_name']), 5),
      ),
    ),
    for: '5m',
    keepFiringFor,
    dashboard,
  }),
  alert({
    name: 'MailFailing',
    severity: 'warning',
    summary: '{{ $value | humanizePercentage }} of the attempts to send a mail fail in {{ $labels.environment }}.',
    when: notAfter(
      outages,
      '30m',
      and(
        above(
          ratio(
            sum(increase(mailsTotal, '30m', { outcome: oneOf('failed', 'refused') }), byEnvironment),
            sum(increase(mailsTotal, '30m'), byEnvironment),
          ),
          0.25,
        ),
        above(sum(increase(mailsTotal, '30m', { outcome: oneOf('failed', 'refused') }), byEnvironment), 4),
      ),
    ),
    for: '5m',
    keepFiringFor,
    dashboard,
  }),
]
