import {
  authenticationsTotal,
  blacklistUnavailableTotal,
  sessionsEndedTotal,
  tokenRejectionsTotal,
} from '#modules/auth/metrics.ts'
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
import type { Labels } from '#platform/metrics/metrics.ts'
import { buildInfo, memoryLimitBytes } from '#platform/metrics/process-metrics.ts'
import { backupLastSuccess, backupLastVerifiedRestore } from '../exporters/backup.ts'
import { probeCertificateExpiry, probeSuccess } from '../exporters/blackbox.ts'
import { edgeReloadSucceeded, edgeRequestSeconds } from '../exporters/caddy.ts'
import {
  nodeClockOffset,
  nodeCpuSeconds,
  nodeFilesystemAvailable,
  nodeFilesystemReadonly,
  nodeFilesystemSize,
  nodeMemoryAvailable,
  nodeMemoryTotal,
  nodeOomKills,
} from '../exporters/node.ts'
import { pgActivityCount, pgLongestTransaction, pgMaxConnections, pgUp } from '../exporters/postgres.ts'
import { eventLoopLagP99, processResidentBytes, processStartTime, up } from '../exporters/process.ts'
import {
  redisLastAppendStatus,
  redisLastSaveStatus,
  redisMemoryMax,
  redisMemoryUsed,
  redisUp,
} from '../exporters/redis.ts'
import { bucketOf, countOf, type LabelOf, type Metric, type ValueOf } from '../promql/index.ts'
import { api, type Series, series, target, worker } from './cases/case.ts'
import { publicRequest } from './recordings.ts'

/** Minutes; the replay has one value in each. */
export const WEEK = 7 * 24 * 60
const DAY = 24 * 60
/** Working hours of seven days, one of them twice. */
export const DEPLOYS = [600, 2040, 2280, 3480, 3720, 4920, 6360, 7800, 9240, 9900] as const
/** An update of the machine, at three in the morning of the fifth day. */
export const REBOOT = { from: 4 * DAY + 180, until: 4 * DAY + 184 } as const
/** A deploy runs both releases for so long. */
const OVERLAP = 3

type At = (minute: number) => number
interface Life {
  readonly from: number
  readonly until: number
}
const always: Life = { from: 0, until: WEEK }

/** Requests a minute: one at night, hundreds in the afternoon, half of that at weekends. */
const traffic: At = (minute) => {
  const hour = (minute % DAY) / 60
  const isWeekend = Math.floor(minute / DAY) % 7 >= 5
  const day = Math.max(0, Math.sin(((hour - 6) / 16) * Math.PI)) ** 2
  return 0.5 + 700 * day * (isWeekend ? 0.5 : 1)
}

/** Every seventh minute or so something takes a little longer. */
const ripple: At = (minute) => ((minute * 2654435761) % 1000) / 1000

function gauge<L extends Labels>(metric: Metric<L>, labels: Of<L>, at: At, life = always): Series {
  return series(metric, labels, values(at, life))
}

function counter<L extends Labels>(metric: Metric<L>, labels: Of<L>, perMinute: At, life = always): Series {
  let total = 0
  const restarts = (minute: number) => minute === REBOOT.until
  return series(
    metric,
    labels,
    values((minute) => {
      total = restarts(minute) ? 0 : total + perMinute(minute)
      return Math.round(total)
    }, life),
  )
}

type Of<L extends Labels> = { readonly [K in LabelOf<L>]?: ValueOf<L, K> }

function values(at: At, { from, until }: Life): string {
  const list: string[] = []
  for (let minute = 0; minute < WEEK; minute++) {
    const isOff = minute >= REBOOT.from && minute < REBOOT.until
    if (minute < from || isOff) list.push('_')
    else if (minute < until) list.push(String(at(minute)))
    else {
      list.push('stale')
      break
    }
  }
  return list.join(' ')
}

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
      counter(answerSaveFailuresTotal, { ...labels, reason: 'fault' }, share(0.0001), life),
      gauge(gradingOldestSeconds, labels, (minute) => (minute % (5 * DAY)) * 60, life),
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
      counter(mailsTotal, { ...labels, outcome: 'sent' }, (minute) => traffic(minute) * 0.05, life),
      counter(mailsTotal, { ...labels, outcome: 'failed' }, (minute) => traffic(minute) * 0.002, life),
    ]
  })
}

function machineSeries(): Series[] {
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
    gauge(nodeClockOffset, node, (minute) => 0.02 * ripple(minute)),
    counter(nodeOomKills, node, () => 0),
    // At two o'clock each night, and a trial restore at three.
    gauge(backupLastSuccess, node, (minute) => (Math.floor((minute - 120) / DAY) * DAY + 120) * 60),
    gauge(backupLastVerifiedRestore, node, (minute) => (Math.floor((minute - 180) / DAY) * DAY + 180) * 60),
  ]
}

function storeSeries(): Series[] {
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
    gauge(redisUp, redis, () => 1),
    gauge(redisMemoryUsed, redis, (minute) => 1e8 + 1e8 * ripple(minute)),
    gauge(redisMemoryMax, redis, () => 5e8),
    gauge(redisLastSaveStatus, redis, () => 1),
    gauge(redisLastAppendStatus, redis, () => 1),
  ]
}

function edgeSeries(): Series[] {
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

/** A week in which nothing is wrong. */
export function healthyWeek(): Series[] {
  return [
    ...releases().flatMap(({ number, life }) => [...apiSeries(number, life), ...workerSeries(number, life)]),
    ...machineSeries(),
    ...storeSeries(),
    ...edgeSeries(),
  ]
}
