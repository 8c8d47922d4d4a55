import type { Labels } from '#platform/metrics/metrics.ts'
import type { Duration, Job, LabelOf, Metric, ValueOf } from '../../promql/index.ts'

/** One input series in promtool's notation: `0+1x20` are 21 values that grow by 1, one each interval. */
export interface Series {
  readonly series: string
  readonly values: string
}

export interface Scene {
  readonly series: readonly Series[]
  /** When the rule is looked at, from the start of the series. */
  readonly at: string | readonly string[]
}

export interface AlertCase {
  /** Shortly above the threshold: it must fire exactly once, or as often as `times` says. */
  readonly fires: Scene & {
    readonly times?: number
    /** The condition holds already, but not yet for as long as it must. */
    readonly notYet?: string
  }
  /** Other reasons for which it must fire. */
  readonly alsoFires?: readonly Scene[]
  /** Shortly below each threshold: it must stay silent. */
  readonly quiet: readonly Scene[]
  /** Between two values, and between two evaluations. */
  readonly interval?: Duration
}

/** Some of a metric's labels, with values that they can have. */
export type LabelsOf<L extends Labels> = { readonly [K in LabelOf<L>]?: ValueOf<L, K> }

/** The values of one series of a metric; `le` is for buckets. */
export function series<L extends Labels>(metric: Metric<L>, labels: LabelsOf<L>, values: string): Series {
  const parts = Object.entries(labels as Readonly<Record<string, string>>).map(
    ([label, value]) => `${label}=${JSON.stringify(value)}`,
  )
  return { series: `${metric.name}{${parts.join(',')}}`, values }
}

interface Target {
  readonly job: Job
  readonly instance: string
  readonly environment: 'production'
}

export function target(job: Job, instance = `${job}:1`): Target {
  return { job, instance, environment: 'production' }
}

/** A process of ours. */
export function api(instance = 'api-1:8000') {
  return { ...target('lms_api_prod', instance), service: 'lms-backend', role: 'api' } as const
}

export function worker(instance = 'worker-1:8000') {
  return { ...target('lms_worker_prod', instance), service: 'lms-backend', role: 'worker' } as const
}

/** The same value all the time. */
export function steady(value: number): string {
  return `${value}x400`
}

/** A counter that grows by so much each interval. */
export function rising(step: number): string {
  return `0+${step}x400`
}

/** A counter that stands still, grows for `n` intervals, and stands still again. */
export function burst(step: number, n: number, before = 20): string {
  return `0x${before} ${step}+${step}x${n - 1} ${step * n}x400`
}
