import type { Labels } from '#platform/metrics/metrics.ts'
import type { Metric } from '../promql/index.ts'
import { type LabelsOf, type Series, series } from './cases/case.ts'

/** Minutes; the replay has one value in each. */
export const WEEK = 7 * 24 * 60
export const DAY = 24 * 60
/** Working hours of seven days, one of them twice. */
export const DEPLOYS = [600, 2040, 2280, 3480, 3720, 4920, 6360, 7800, 9240, 9900] as const
/** An update of the machine, at three in the morning of the fifth day. */
export const REBOOT = { from: 4 * DAY + 180, until: 4 * DAY + 184 } as const
export type At = (minute: number) => number
export interface Life {
  readonly from: number
  readonly until: number
}
const always: Life = { from: 0, until: WEEK }

/** Requests a minute: one at night, hundreds in the afternoon, half of that at weekends. */
export const traffic: At = (minute) => {
  const hour = (minute % DAY) / 60
  const isWeekend = Math.floor(minute / DAY) % 7 >= 5
  const day = Math.max(0, Math.sin(((hour - 6) / 16) * Math.PI)) ** 2
  return 0.5 + 700 * day * (isWeekend ? 0.5 : 1)
}

/** Every seventh minute or so something takes a little longer. */
export const ripple: At = (minute) => ((minute * 2654435761) % 1000) / 1000

export function gauge<L extends Labels>(metric: Metric<L>, labels: LabelsOf<L>, at: At, life = always): Series {
  return series(metric, labels, values(at, life))
}

export function counter<L extends Labels>(
  metric: Metric<L>,
  labels: LabelsOf<L>,
  perMinute: At,
  life = always,
): Series {
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
