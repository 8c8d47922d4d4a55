import type { Metrics } from './metrics.ts'

export interface MetricDescription {
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary'
  readonly help: string
  /** Each label with the values it has from the start on. */
  readonly labels: Readonly<Record<string, readonly string[]>>
}

/** Every metric that is registered, by name. Series start at zero, so the values of labels can be read off. */
export async function listMetrics(metrics: Metrics): Promise<MetricDescription[]> {
  const registered = await metrics.getMetricsAsJSON()
  return registered
    .map(({ name, type, help, values }) => {
      const labels: Record<string, Set<string>> = Object.fromEntries(
        labelNamesOf(metrics, name).map((label) => [label, new Set()]),
      )
      for (const series of values) {
        for (const [label, value] of Object.entries(series.labels)) {
          // Prometheus' own label of a histogram's buckets.
          if (label === 'le') continue
          labels[label] ??= new Set()
          labels[label].add(String(value))
        }
      }
      const entries = Object.entries(labels).map(([label, found]) => [label, [...found]] as const)
      return { name, type: String(type) as MetricDescription['type'], help, labels: Object.fromEntries(entries) }
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Of a metric that has no series yet; prom-client's own metrics keep their names, ours always have series. */
function labelNamesOf(metrics: Metrics, name: string): readonly string[] {
  const { labelNames } = metrics.getSingleMetric(name) as { labelNames?: readonly string[] }
  return labelNames ?? []
}
