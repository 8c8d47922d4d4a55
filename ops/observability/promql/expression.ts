import type { Labels } from '#platform/metrics/metrics.ts'
import { type Matchers, selector } from './matchers.ts'
import { bucketOf, type Counter, type Gauge, type Histogram, type LabelOf, type Metric } from './metric.ts'

/** A PromQL expression that yields a vector whose series have the labels `L`. */
export interface Expression<L extends string = string> {
  readonly text: string
  /** Every metric it reads. */
  readonly metrics: readonly Metric[]
  /** Only for the compiler. */
  readonly labels?: L
}

export type Duration = `${number}${'s' | 'm' | 'h' | 'd' | 'w'}`
/** Grafana's own variable is at least four scrapes, whatever the zoom. */
export type Range = Duration | '$__rate_interval' | '$__range'

export function expression<L extends string>(text: string, ...parts: readonly Expression[]): Expression<L> {
  return { text, metrics: [...new Set(parts.flatMap(({ metrics }) => metrics))] }
}

function reading<L extends string>(text: string, metric: Metric): Expression<L> {
  return { text, metrics: [metric] }
}

/** The present values of a gauge. A counter is only ever useful as a rate or an increase. */
export function value<L extends Labels>(metric: Gauge<L>, matchers?: Matchers<L>): Expression<LabelOf<L>> {
  return reading(selector(metric, matchers), metric)
}

/** Per second, over a counter. */
export function rate<L extends Labels>(
  metric: Counter<L>,
  over: Range,
  matchers?: Matchers<L>,
): Expression<LabelOf<L>> {
  return reading(`rate(${selector(metric, matchers)}[${over}])`, metric)
}

/** How much a counter grew. */
export function increase<L extends Labels>(
  metric: Counter<L>,
  over: Range,
  matchers?: Matchers<L>,
): Expression<LabelOf<L>> {
  return reading(`increase(${selector(metric, matchers)}[${over}])`, metric)
}

type OverTime = 'avg' | 'min' | 'max' | 'sum' | 'count'

/** A gauge's average, lowest, highest… value in the last time. */
export function overTime<L extends Labels>(
  fn: OverTime,
  metric: Gauge<L>,
  over: Range,
  matchers?: Matchers<L>,
): Expression<LabelOf<L>> {
  return reading(`${fn}_over_time(${selector(metric, matchers)}[${over}])`, metric)
}

/** The median of a gauge in the last time. */
export function median<L extends Labels>(
  metric: Gauge<L>,
  over: Range,
  matchers?: Matchers<L>,
): Expression<LabelOf<L>> {
  return reading(`quantile_over_time(0.5, ${selector(metric, matchers)}[${over}])`, metric)
}

/** How often a gauge took another value. */
export function changes<L extends Labels>(
  metric: Gauge<L>,
  over: Range,
  matchers?: Matchers<L>,
): Expression<LabelOf<L>> {
  return reading(`changes(${selector(metric, matchers)}[${over}])`, metric)
}

/** Where a gauge will be in `seconds` if it goes on as in the last time. */
export function predict<L extends Labels>(
  metric: Gauge<L>,
  over: Range,
  seconds: number,
  matchers?: Matchers<L>,
): Expression<LabelOf<L>> {
  return reading(`predict_linear(${selector(metric, matchers)}[${over}], ${seconds})`, metric)
}

/** A gauge as it was some time ago. */
export function ago<L extends Labels>(
  metric: Gauge<L>,
  time: Duration,
  matchers?: Matchers<L>,
): Expression<LabelOf<L>> {
  return reading(`${selector(metric, matchers)} offset ${time}`, metric)
}

/** One series when the gauge has none, and none when it has. */
export function absent<L extends Labels>(metric: Metric<L>, matchers?: Matchers<L>): Expression<LabelOf<L>> {
  return reading(`absent(${selector(metric, matchers)})`, metric)
}

/** A quantile of a histogram, estimated from its buckets. */
export function quantile<L extends Labels, const B extends LabelOf<L> = never>(
  q: number,
  histogram: Histogram<L>,
  { over, by = [], where }: { readonly over: Range; readonly by?: readonly B[]; readonly where?: Matchers<L> },
): Expression<B> {
  const buckets = selector(bucketOf(histogram), where as never)
  const labels = ['le', ...by].join(', ')
  return reading(`histogram_quantile(${q}, sum by (${labels}) (rate(${buckets}[${over}])))`, histogram)
}
