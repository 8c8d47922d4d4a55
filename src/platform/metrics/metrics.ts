import { Gauge, type Metric, Registry } from 'prom-client'
import { CounterValues, HistogramValues, type MetricValues, Values } from './metric-values.ts'

/** The metrics of one process, or of one test. */
export type Metrics = Registry

export function createMetrics(): Metrics {
  return new FastRegistry()
}

/** prom-client's registry, but for the text of our own values, which know how their lines begin. */
class FastRegistry extends Registry {
  override async metrics(): Promise<string> {
    const parts = await Promise.all(this.getMetricsAsArray().map((metric) => this.#textOf(metric)))
    return `${parts.join('\n\n')}\n`
  }

  async #textOf(metric: object & { readonly name: string }): Promise<string> {
    if (!(metric instanceof Values)) return this.getSingleMetricAsString(metric.name)
    const help = metric.help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
    return `# HELP ${metric.name} ${help}\n# TYPE ${metric.name} ${metric.type}\n${metric.lines()}`.trimEnd()
  }
}

/**
 * Every label lists all its values, so the number of series is known when the program is written. The one exception
 * is an empty list: its values are fixed when the process starts (routes, job names) and given to `startWith`, or they
 * are the few that `boundedGauge` reads.
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

/** Counts one more, or `by` more, of the series with these label values. */
export interface Count<L extends Labels> {
  (values: LabelValues<L>, by?: number): void
  /** The same for one series that is known beforehand: costs a nanosecond instead of a look-up. */
  series(values: LabelValues<L>): (by?: number) => void
}

/** Registers the counter with every series at zero, so that `increase()` sees the first event. */
export function counter<L extends Labels>(
  registry: Metrics,
  definition: CounterDefinition<L>,
  startWith: readonly LabelValues<L>[] = allSeries(definition.labels),
): Count<L> {
  const values = new CounterValues(definition)
  register(registry, values)
  for (const series of startWith) values.cell(series)
  const count = (series: LabelValues<L>, by = 1) => {
    values.cell(series).value += by
  }
  return Object.assign(count, {
    series(labels: LabelValues<L>) {
      const cell = values.cell(labels)
      return (by = 1) => {
        cell.value += by
      }
    },
  })
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

/**
 * Registers a gauge that has, at each scrape, the first `most` of the series that `read` resolves with and no other: for
 * label values that come and go, such as the slugs of the courses on top of a list. It begins without any.
 */
export function boundedGauge<L extends Labels>(
  registry: Metrics,
  { name, help, labels }: GaugeDefinition<L>,
  most: number,
  read: () => Promise<readonly (readonly [LabelValues<L>, number])[]>,
): void {
  const metric: Gauge = new Gauge({
    name,
    help,
    labelNames: Object.keys(labels),
    registers: [registry],
    async collect() {
      const series = await read()
      metric.reset()
      for (const [values, value] of series.slice(0, most)) metric.set(values as Record<string, string>, value)
    },
  })
}

/** Adds one observation to the series with these label values. */
export interface Observe<L extends Labels> {
  (values: LabelValues<L>, value: number): void
  /** The same for one series that is known beforehand. */
  series(values: LabelValues<L>): (value: number) => void
}

/** Registers the histogram (unit: that of its name) with every series at zero. */
export function histogram<L extends Labels>(
  registry: Metrics,
  definition: HistogramDefinition<L>,
  startWith: readonly LabelValues<L>[] = allSeries(definition.labels),
): Observe<L> {
  const values = new HistogramValues(definition)
  register(registry, values)
  for (const series of startWith) values.cell(series)
  return Object.assign((series: LabelValues<L>, value: number) => values.observe(values.cell(series), value), {
    series(labels: LabelValues<L>) {
      const cell = values.cell(labels)
      return (value: number) => values.observe(cell, value)
    },
  })
}

/** Our own values behind prom-client's exposition: it asks a metric for nothing but these. */
function register(registry: Metrics, metric: MetricValues): void {
  registry.registerMetric(metric as unknown as Metric)
}

function allSeries<L extends Labels>(labels: L): LabelValues<L>[] {
  let series: Record<string, string>[] = [{}]
  for (const [label, values] of Object.entries(labels)) {
    series = series.flatMap((one) => values.map((value) => ({ ...one, [label]: value })))
  }
  return series as LabelValues<L>[]
}
