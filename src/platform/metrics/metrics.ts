import { Counter, Gauge, Histogram, Registry } from 'prom-client'

/** The metrics of one process, or of one test. */
export type Metrics = Registry

export function createMetrics(): Metrics {
  return new Registry()
}

/**
 * Every label lists all its values, so the number of series is known when the program is written. The one exception
 * is an empty list: its values are fixed when the process starts (routes, job names) and given to `startWith`.
 */
export type Labels = Readonly<Record<string, readonly string[]>>
export type LabelValues<L extends Labels> = {
  readonly [K in keyof L]: L[K] extends readonly [] ? string : L[K][number]
}

interface MetricDefinition<N extends string, L extends Labels> {
  readonly name: N
  readonly help: string
  readonly labels: L
}

export interface CounterDefinition<L extends Labels = Labels> extends MetricDefinition<`lms_${string}_total`, L> {
  readonly type: 'counter'
}
export interface GaugeDefinition<L extends Labels = Labels> extends MetricDefinition<`lms_${string}`, L> {
  readonly type: 'gauge'
}
export interface HistogramDefinition<L extends Labels = Labels>
  extends MetricDefinition<`lms_${string}_seconds` | `lms_${string}_bytes`, L> {
  readonly type: 'histogram'
  readonly buckets: readonly number[]
}
export type AnyMetric = CounterDefinition | GaugeDefinition | HistogramDefinition

export function defineCounter<const L extends Labels>(d: Omit<CounterDefinition<L>, 'type'>): CounterDefinition<L> {
  return { type: 'counter', ...d }
}

export function defineGauge<const L extends Labels>(d: Omit<GaugeDefinition<L>, 'type'>): GaugeDefinition<L> {
  return { type: 'gauge', ...d }
}

export function defineHistogram<const L extends Labels>(
  d: Omit<HistogramDefinition<L>, 'type'>,
): HistogramDefinition<L> {
  return { type: 'histogram', ...d }
}

/** Registers the counter with every series at zero, so that `increase()` sees the first event. */
export function counter<L extends Labels>(
  registry: Metrics,
  { name, help, labels }: CounterDefinition<L>,
  startWith: readonly LabelValues<L>[] = allSeries(labels),
) {
  const metric = new Counter({ name, help, labelNames: Object.keys(labels), registers: [registry] })
  for (const series of startWith) metric.inc(series as Record<string, string>, 0)
  return (values: LabelValues<L>, by = 1) => metric.inc(values as Record<string, string>, by)
}

/** Registers the gauge at zero; `collect` runs at every scrape and may set it from somewhere. */
export function gauge<L extends Labels>(
  registry: Metrics,
  { name, help, labels }: GaugeDefinition<L>,
  collect?: (set: (values: LabelValues<L>, value: number) => void) => void | Promise<void>,
) {
  const metric: Gauge = new Gauge({
    name,
    help,
    labelNames: Object.keys(labels),
    registers: [registry],
    ...(collect && { collect: () => collect(set) }),
  })
  const set = (values: LabelValues<L>, value: number) => metric.set(values as Record<string, string>, value)
  for (const series of allSeries(labels)) metric.set(series as Record<string, string>, 0)
  return set
}

/** Registers the histogram (unit: that of its name) with every series at zero. */
export function histogram<L extends Labels>(
  registry: Metrics,
  d: HistogramDefinition<L>,
  startWith: readonly LabelValues<L>[] = allSeries(d.labels),
) {
  const metric = new Histogram({
    name: d.name,
    help: d.help,
    labelNames: Object.keys(d.labels),
    buckets: [...d.buckets],
    registers: [registry],
  })
  for (const series of startWith) metric.zero(series as Record<string, string>)
  return (values: LabelValues<L>, value: number) => metric.observe(values as Record<string, string>, value)
}

function allSeries<L extends Labels>(labels: L): LabelValues<L>[] {
  let series: Record<string, string>[] = [{}]
  for (const [label, values] of Object.entries(labels)) {
    series = series.flatMap((one) => values.map((value) => ({ ...one, [label]: value })))
  }
  return series as LabelValues<L>[]
}
