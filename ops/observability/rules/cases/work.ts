import { jobFailuresTotal, jobsDead, jobsWaiting, oldestWaitingSeconds, runSeconds } from '#platform/jobs/metrics.ts'
import { mailsTotal } from '#platform/mail/metrics.ts'
import { up } from '../../exporters/process.ts'
import { countOf } from '../../promql/index.ts'
import { type AlertCase, api, rising, type Series, series, steady, worker } from './case.ts'

const job_name = 'mail.welcome'

/** The same gauge as every process tells it. */
function everywhere(metric: typeof jobsWaiting, values: string): Series[] {
  return [series(metric, { ...api(), job_name }, values), series(metric, { ...worker(), job_name }, values)]
}

function runs(perStep: number, failing: number): Series[] {
  return [
    series(countOf(runSeconds), { ...worker(), job_name }, rising(perStep)),
    series(jobFailuresTotal, { ...worker(), job_name, outcome: 'retried' }, rising(failing)),
  ]
}

function mails(sent: number, failed: number): Series[] {
  return [
    series(mailsTotal, { ...worker(), outcome: 'sent' }, rising(sent)),
    series(mailsTotal, { ...worker(), outcome: 'failed' }, rising(failed)),
  ]
}

export const workCases = {
  WorkersGone: {
    fires: { series: [series(up, worker(), '1x4 stale')], at: '5m', notYet: '2m' },
    quiet: [
      { series: [series(up, worker(), '1x4 0x400'), series(up, worker('worker-2:8000'), steady(1))], at: '5m' },
      { series: [series(up, api(), steady(1))], at: '5m' },
      { series: [series(up, worker(), '0x2000')], at: '7h' },
    ],
  },
  WorkerDown: {
    fires: {
      series: [series(up, worker(), steady(1)), series(up, worker('worker-2:8000'), '1x100 stale')],
      at: '30m',
      notYet: '26m',
    },
    quiet: [
      {
        series: [series(up, worker(), '1x100 stale'), series(up, worker('worker-2:8000'), '_x80 1x300')],
        at: ['24m', '30m', '60m'],
      },
    ],
  },
  JobsStuck: {
    fires: { series: everywhere(oldestWaitingSeconds, '0+15x400'), at: '35m', notYet: '31m' },
    quiet: [{ series: everywhere(oldestWaitingSeconds, steady(1700)), at: '35m' }],
  },
  JobsLate: {
    fires: { series: everywhere(oldestWaitingSeconds, '0+15x400'), at: '8m', notYet: '6m' },
    quiet: [{ series: everywhere(oldestWaitingSeconds, steady(280)), at: '20m' }],
  },
  JobBacklogLong: {
    fires: { series: everywhere(jobsWaiting, steady(1500)), at: '30m', notYet: '8m' },
    quiet: [{ series: everywhere(jobsWaiting, steady(900)), at: '30m' }],
  },
  JobsDead: {
    fires: { series: everywhere(jobsDead, '0x4 1x400'), at: '20m', notYet: '5m' },
    quiet: [{ series: everywhere(jobsDead, steady(0)), at: '20m' }],
  },
  JobsFailing: {
    fires: { series: runs(0.3, 0.15), at: '40m', notYet: '4m' },
    quiet: [
      { series: runs(0.8, 0.15), at: '40m' },
      { series: runs(0.08, 0.07), at: '40m' },
    ],
  },
  MailFailing: {
    fires: { series: mails(0.08, 0.06), at: '60m', notYet: '3m' },
    quiet: [
      { series: mails(0.25, 0.06), at: '60m' },
      { series: mails(0.01, 0.03), at: '60m' },
    ],
  },
} as const satisfies Record<string, AlertCase>
