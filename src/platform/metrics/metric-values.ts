type LabelValues = Readonly<Record<string, string>>

interface Sample {
  readonly labels: LabelValues
  readonly value: number
  /** Where it differs from the metric's name: a histogram's parts. */
  readonly metricName?: string
}

/** What prom-client's registry asks of a metric. */
export interface MetricValues {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'histogram'
  get(): { name: string; help: string; type: string; aggregator: string; values: Sample[] }
  reset(): void
}

interface Definition {
  readonly name: string
  readonly help: string
  readonly labels: Readonly<Record<string, unknown>>
}

// prom-client sorts, joins and hashes the labels at every count, which costs more than the rest of a small request.
abstract class Values<C> {
  readonly name: string
  readonly help: string
  readonly #labelNames: readonly string[]
  protected readonly cells = new Map<string, C>()

  constructor({ name, help, labels }: Definition) {
    this.name = name
    this.help = help
    this.#labelNames = Object.keys(labels)
  }

  protected abstract create(labels: LabelValues): C

  /** The series with these label values; made at its first mention. */
  cell(values: LabelValues): C {
    let key = ''
    for (const name of this.#labelNames) key += `${values[name]}\n`
    const known = this.cells.get(key)
    if (known) return known
    const cell = this.create(Object.fromEntries(this.#labelNames.map((name) => [name, String(values[name])])))
    this.cells.set(key, cell)
    return cell
  }

  reset(): void {
    this.cells.clear()
  }
}

export interface CounterCell {
  readonly labels: LabelValues
  value: number
}

export class CounterValues extends Values<CounterCell> implements MetricValues {
  readonly type = 'counter'

  protected create(labels: LabelValues): CounterCell {
    return { labels, value: 0 }
  }

  get() {
    const { name, help, type } = this
    return { name, help, type, aggregator: 'sum', values: [...this.cells.values()] }
  }
}

export interface HistogramCell {
  readonly labels: LabelValues
  /** Observations by bucket, not added up; the last is beyond every bound. */
  readonly counts: number[]
  sum: number
}

export class HistogramValues extends Values<HistogramCell> implements MetricValues {
  readonly type = 'histogram'
  readonly #bounds: readonly number[]

  constructor(definition: Definition & { readonly buckets: readonly number[] }) {
    super(definition)
    this.#bounds = definition.buckets
  }

  protected create(labels: LabelValues): HistogramCell {
    return { labels, counts: new Array(this.#bounds.length + 1).fill(0), sum: 0 }
  }

  observe(cell: HistogramCell, value: number): void {
    let bucket = 0
    while (bucket < this.#bounds.length && value > (this.#bounds[bucket] ?? Infinity)) bucket++
    cell.counts[bucket] = (cell.counts[bucket] ?? 0) + 1
    cell.sum += value
  }

  get() {
    const { name, help, type } = this
    return {
      name,
      help,
      type,
      aggregator: 'sum',
      values: [...this.cells.values()].flatMap((cell) => this.#samples(cell)),
    }
  }

  /** As Prometheus wants them: each bucket holds all below its bound, so the last holds all. */
  #samples({ labels, counts, sum }: HistogramCell): Sample[] {
    let total = 0
    const buckets = counts.map((count, index) => {
      total += count
      const le = index < this.#bounds.length ? String(this.#bounds[index]) : '+Inf'
      return { labels: { le, ...labels }, value: total, metricName: `${this.name}_bucket` }
    })
    return [
      ...buckets,
      { labels, value: sum, metricName: `${this.name}_sum` },
      { labels, value: total, metricName: `${this.name}_count` },
    ]
  }
}
