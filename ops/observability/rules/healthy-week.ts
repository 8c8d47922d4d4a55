import { submissionsWaitingOldest } from '#modules/assignments/metrics.ts'
import {
  authenticationsTotal,
  blacklistUnavailableTotal,
  sessionsEndedTotal,
  tokenRejectionsTotal,
} from '#modules/auth/metrics.ts'
import { certificateRenderFailuresTotal } from '#modules/certificates/metrics.ts'
import {
  answerSaveFailuresTotal,
  answersSavedTotal,
  gradingOldestSeconds,
  sweepLagSeconds,
} from '#modules/quizzes/metrics.ts'
import { poolWaiting, querySeconds } from '#platform/database/metrics.ts'
import { rateLimitedTotal, requestSeconds, requestsTotal, UNMATCHED } from '#platform/http/metrics.ts'
import { jobFailuresTotal, jobsDead, jobsWaiting, oldestWaitingSeconds, runSeconds } from '#platform/jobs/metrics.ts'
import { mailsTotal } from '#platform/mail/metrics.ts'
import { buildInfo, memoryLimitBytes } from '#platform/metrics/process-metrics.ts'
import { throttleFallbacksTotal } from '#platform/throttle/metrics.ts'
import { eventLoopLagP99, processResidentBytes, processStartTime, up } from '../exporters/process.ts'
import { bucketOf, countOf } from '../promql/index.ts'
import { api, type Series, worker } from './cases/case.ts'
import { edgeSeries, machineSeries, monitoringSeries, storeSeries } from './healthy-surroundings.ts'
import { type At, counter, DAY, DEPLOYS, gauge, type Life, REBOOT, ripple, traffic, WEEK } from './week.ts'

/** A deploy runs both releases for so long. */
const OVERLAP = 3

/** Each release has its own containers, and so its own series. */
function releases(): { life: Life; number: number }[] {
  const starts = [0, ...DEPLOYS]
  return starts.map((from, number) => ({ number, life: { from, until: (starts[number + 1] ?? WEEK) + OVERLAP } }))
}

function processSeries(
  labels: ReturnType<typeof api> | ReturnType<typeof worker>,
  number: number,
  life: Life,
): Series[] {
  const started: At = (minute) => (minute >= REBOOT.until && life.from < REBOOT.from ? REBOOT.until : life.from) * 60
  return [
    gauge(up, labels, () => 1, life),
    gauge(processStartTime, labels, started, life),
    gauge(processResidentBytes, labels, (minute) => 2e8 + 1e8 * ripple(minute), life),
    gauge(memoryLimitBytes, labels, () => 4e9, life),
    gauge(eventLoopLagP99, labels, (minute) => 0.012 + 0.1 * ripple(minute) ** 8, life),
    gauge(buildInfo, { ...labels, release: `1.${number}` }, () => 1, life),
    gauge(poolWaiting, labels, (minute) => (ripple(minute) > 0.97 ? 3 : 0), life),
  ]
}

function apiSeries(number: number, life: Life): Series[] {
  return [1, 2].flatMap((replica) => {
    const labels = api(`api-${number}-${replica}:8000`)
    const share =
      (part: number): At =>
      (minute) =>
        (traffic(minute) * part) / 2
    const courses = { ...labels, method: 'GET', route: '/api/v1/courses' } as const
    const route = { ...courses, status: '200' } as const
    return [
      ...processSeries(labels, number, life),
      counter(requestsTotal, route, share(0.9), life),
      counter(requestsTotal, { ...courses, status: '500' }, share(0.0003), life),
      counter(requestsTotal, { ...courses, status: '403' }, share(0.01), life),
      counter(requestsTotal, { ...labels, method: 'GET', route: UNMATCHED, status: '404' }, () => 4, life),
      ...(['0.1', '0.5', '1', '2.5', '+Inf'] as const).map((le, index) =>
        counter(bucketOf(requestSeconds), { ...courses, le }, share([0.95, 0.99, 0.995, 1, 1][index] ?? 1), life),
      ),
      ...(['0.005', '0.05', '0.5', '+Inf'] as const).map((le, index) =>
        counter(
          bucketOf(querySeconds),
          { ...labels, operation: 'select', le },
          share([3.6, 3.9, 4, 4][index] ?? 4),
          life,
        ),
      ),
      counter(countOf(querySeconds), { ...labels, operation: 'select' }, share(4), life),
      counter(authenticationsTotal, { ...labels, action: 'login', outcome: 'success' }, share(0.03), life),
      counter(authenticationsTotal, { ...labels, action: 'login', outcome: 'failure' }, share(0.006), life),
      counter(tokenRejectionsTotal, { ...labels, reason: 'invalid' }, share(0.001), life),
      counter(sessionsEndedTotal, { ...labels, reason: 'refresh-token-reused' }, share(0.0002), life),
      counter(rateLimitedTotal, { ...labels, client: 'network' }, share(0.002), life),
      counter(blacklistUnavailableTotal, { ...labels, outcome: 'refused' }, () => 0, life),
      counter(answersSavedTotal, { ...labels, timing: 'in-time' }, share(0.2), life),
      counter(throttleFallbacksTotal, labels, (minute) => (minute % 1500 === 0 ? 2 : 0), life),
      counter(answerSaveFailuresTotal, { ...labels, reason: 'fault' }, share(0.0001), life),
      gauge(gradingOldestSeconds, labels, (minute) => (minute % (5 * DAY)) * 60, life),
      gauge(submissionsWaitingOldest, labels, (minute) => ((minute + DAY) % (6 * DAY)) * 60, life),
      gauge(sweepLagSeconds, labels, (minute) => 20 * ripple(minute), life),
    ]
  })
}

function workerSeries(number: number, life: Life): Series[] {
  return [1, 2].flatMap((replica) => {
    const labels = worker(`worker-${number}-${replica}:8000`)
    const job_name = 'notifications.send-mail'
    return [
      ...processSeries(labels, number, life),
      // A mail of the night to everybody: for some minutes the queue is long.
      gauge(jobsWaiting, { ...labels, job_name }, (minute) => (minute % DAY < 8 ? 1500 : 3 * ripple(minute)), life),
      gauge(oldestWaitingSeconds, { ...labels, job_name }, (minute) => 120 * ripple(minute) ** 2, life),
      gauge(jobsDead, { ...labels, job_name }, () => 0, life),
      counter(countOf(runSeconds), { ...labels, job_name }, (minute) => traffic(minute) * 0.05, life),
      counter(jobFailuresTotal, { ...labels, job_name, outcome: 'retried' }, (minute) => traffic(minute) * 0.002, life),
      counter(
        certificateRenderFailuresTotal,
        { ...labels, reason: 'characters' },
        (minute) => (minute % 3000 === 0 ? 1 : 0),
        life,
      ),
      counter(mailsTotal, { ...labels, outcome: 'sent' }, (minute) => traffic(minute) * 0.05, life),
      counter(mailsTotal, { ...labels, outcome: 'failed' }, (minute) => traffic(minute) * 0.002, life),
    ]
  })
}

/** A week in which nothing is wrong. */
export function healthyWeek(): Series[] {
  return [
    ...releases().flatMap(({ number, life }) => [...apiSeries(number, life), ...workerSeries(number, life)]),
    ...machineSeries(),
    ...storeSeries(),
    ...edgeSeries(),
    ...monitoringSeries(),
  ]
}
