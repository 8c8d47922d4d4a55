import type { Labels } from '#platform/metrics/metrics.ts'

/** Anything that can be queried: a metric of ours as its module defines it, or one of an exporter. */
export interface Metric<L extends Labels = Labels> {
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  /** Each label with its values; an empty list when only the running system knows them. */
  readonly labels: L
}
export type Counter<L extends Labels = Labels> = Metric<L> & { readonly type: 'counter' }
export type Gauge<L extends Labels = Labels> = Metric<L> & { readonly type: 'gauge' }
export type Histogram<L extends Labels = Labels> = Metric<L> & { readonly type: 'histogram' }

/** Jobs of prometheus.yml: a test compares the two. */
export const apiJobs = ['lms_api_prod', 'lms_api_staging', 'lms_api_development'] as const
export const workerJobs = ['lms_worker_prod', 'lms_worker_staging', 'lms_worker_development'] as const
export const otherJobs = [
  'prometheus',
  'alertmanager',
  'grafana',
  'node',
  'postgres',
  'redis',
  'caddy',
  'blackbox',
  'blackbox_exporter',
] as const
export const jobs = [...apiJobs, ...workerJobs, ...otherJobs] as const
export type Job = (typeof jobs)[number]

export const environments = ['production', 'staging', 'development'] as const

/** What Prometheus adds to every series of a target, by prometheus.yml. */
export const targetLabels = {
  job: jobs,
  instance: [],
  service: ['lms-backend'],
  environment: environments,
  role: ['api', 'worker'],
} as const satisfies Labels
export type TargetLabels = typeof targetLabels

export type LabelOf<L extends Labels> = Extract<keyof L | keyof TargetLabels, string>

/** The values of one label; any string when only the running system knows them. */
export type ValueOf<L extends Labels, K> = K extends keyof L
  ? L[K] extends readonly []
    ? string
    : L[K][number]
  : K extends keyof TargetLabels
    ? TargetLabels[K] extends readonly []
      ? string
      : TargetLabels[K][number]
    : never

/** A metric of an exporter, described from a real scrape of the version that the stack pins. */
export function describeCounter<const L extends Labels>(name: string, help: string, labels: L): Counter<L> {
  return { type: 'counter', name, help, labels }
}

export function describeGauge<const L extends Labels>(name: string, help: string, labels: L): Gauge<L> {
  return { type: 'gauge', name, help, labels }
}

export function describeHistogram<const L extends Labels>(name: string, help: string, labels: L): Histogram<L> {
  return { type: 'histogram', name, help, labels }
}

/** The number of observations of a histogram. */
export function countOf<L extends Labels>(histogram: Histogram<L>): Counter<L> {
  return { ...histogram, name: `${histogram.name}_count`, type: 'counter' }
}

/** The sum of the observations of a histogram. */
export function sumOf<L extends Labels>(histogram: Histogram<L>): Counter<L> {
  return { ...histogram, name: `${histogram.name}_sum`, type: 'counter' }
}

/** The buckets of a histogram. */
export function bucketOf<L extends Labels>(histogram: Histogram<L>): Counter<L & { readonly le: readonly [] }> {
  return {
    ...histogram,
    name: `${histogram.name}_bucket`,
    type: 'counter',
    labels: { ...histogram.labels, le: [] },
  }
}
