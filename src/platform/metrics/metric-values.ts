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
  /** The lines of the exposition, without the two of the head. */
  lines(): string
  reset(): void
}

interface Definition {
  readonly name: string
  readonly help: string
  readonly labels: Readonly<Record<string, unknown>>
}

// prom-client sorts, joins and hashes the labels at every count, which costs more than the rest of a small request.
export abstract class Values<C> implements MetricValues {
  readonly name: string
  readonly help: string
  abstract readonly type: MetricValues['type']
  readonly labelNames: readonly string[]
  protected readonly cells = new Map<string, C>()

  constructor({ name, help, labels }: Definition) {
    this.name = name
    this.help = help
    this.labelNames = Object.keys(labels)
  }

  protected abstract create(labels: LabelValues): C
  abstract get(): ReturnType<MetricValues['get']>
  abstract lines(): string

  /** The series with these label values; made at its first mention. */
  cell(values: LabelValues): C {
    let key = ''
    for (const name of this.labelNames) key += `${values[name]}\n`
    const known = this.cells.get(key)
    if (known) return known
    const cell = this.create(Object.fromEntries(this.labelNames.map((name) => [name, String(values[name])])))
    this.cells.set(key, cell)
    return cell
  }

  reset(): void {
    this.cells.clear()
  }
}

export interface CounterCell {
  readonly labels: LabelValues
  /** How its line begins; made at the first scrape: most processes of tests never see one, and starts are quicker. */
  start?: string
  value: number
}

export class CounterValues extends Values<CounterCell> {
  override readonly type = 'counter'

  protected override create(labels: LabelValues): CounterCell {
    return { labels, value: 0 }
  }

  override get() {
    const { name, help, type } = this
    return { name, help, type, aggregator: 'sum', values: [...this.cells.values()] }
  }

  override lines(): string {
    let text = ''
    for (const cell of this.cells.values()) {
      cell.start ??= this.name + labelText(cell.labels)
      text += `${cell.start} ${cell.value}\n`
    }
    return text
  }
}

export interface HistogramCell {
  readonly labels: LabelValues
  /** Observations by bucket, not added up; the last is beyond every bound. */
  readonly counts: number[]
  /** How the line of each bucket begins, then those of the sum and the count; made at the first scrape. */
  starts?: readonly string[]
  sum: number
}

export class HistogramValues extends Values<HistogramCell> {
  override readonly type = 'histogram'
  readonly #bounds: readonly number[]

  constructor(definition: Definition & { readonly buckets: readonly number[] }) {
    super(definition)
    this.#bounds = definition.buckets
  }

  protected override create(labels: LabelValues): HistogramCell {
    return { labels, counts: new Array(this.#bounds.length + 1).fill(0), sum: 0 }
  }

  #startsOf(labels: LabelValues): string[] {
    return [
      ...[...this.#bounds, '+Inf'].map((bound) => `${this.name}_bucket${labelText({ le: String(bound), ...labels })}`),
      `${this.name}_sum${labelText(labels)}`,
      `${this.name}_count${labelText(labels)}`,
    ]
  }

  observe(cell: HistogramCell, value: number): void {
    let bucket = 0
    while (bucket < this.#bounds.length && value > (this.#bounds[bucket] ?? Infinity)) bucket++
    cell.counts[bucket] = (cell.counts[bucket] ?? 0) + 1
    cell.sum += value
  }

  override get() {
    const { name, help, type } = this
    return {
      name,
      help,
      type,
      aggregator: 'sum',
      values: [...this.cells.values()].flatMap((cell) => this.#samples(cell)),
    }
  }

  override lines(): string {
    let text = ''
    for (const cell of this.cells.values()) {
      const { counts, sum } = cell
      cell.starts ??= this.#startsOf(cell.labels)
      const { starts } = cell
      let total = 0
      for (let i = 0; i < counts.length; i++) {
        total += counts[i] ?? 0
        text += `${starts[i]} ${total}\n`
      }
      text += `${starts[counts.length]} ${sum}\n${starts[counts.length + 1]} ${total}\n`
    }
    return text
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

/** `{a="x",b="y"}`, with the escapes of Prometheus' text format. */
function labelText(labels: LabelValues): string {
  const parts = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`)
  return parts.length > 0 ? `{${parts.join(',')}}` : ''
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')
}
