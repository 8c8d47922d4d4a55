import type { MetricDescription } from '#platform/metrics/metric-list.ts'

/** What an exporter tells that somebody looks at. */
interface ForeignMetric {
  readonly name: string
  readonly type: string
  readonly help: string
  readonly labels: Readonly<Record<string, readonly string[]>>
}

/** The tables of all metrics in Markdown; `uses` are the panels and alerts by the metric they read. */
export function metricsReference(
  metrics: readonly MetricDescription[],
  foreign: readonly ForeignMetric[],
  uses: ReadonlyMap<string, readonly string[]>,
): string {
  const names = new Set(metrics.map(({ name }) => name))
  const rows = (list: readonly ForeignMetric[]) =>
    list
      .map(
        ({ name, type, labels, help }) =>
          `| \`${name}\` | ${type} | ${unitOf(name)} | ${Object.entries(labels).map(describeLabel).join('; ')} | ${help} | ${(uses.get(name) ?? []).join('; ')} |`,
      )
      .join('\n')
  return `# Metrics

<!-- Generated from the registered metrics, dashboards and alerts by "npm run generate": do not edit. -->

What \`GET /metrics\` exports in Prometheus' text format. Every series starts at zero, and no label holds an id, an
address or a name. Prometheus adds \`job\`, \`instance\`, \`service\`, \`environment\` and \`role\`.

| Metric | Type | Unit | Labels | Meaning | Shown and watched in |
| --- | --- | --- | --- | --- | --- |
${rows(metrics)}

## Of exporters

What dashboards and alerts read of node_exporter, postgres_exporter, redis_exporter, blackbox_exporter, Caddy,
Prometheus and Alertmanager, of those that the stack pins.

| Metric | Type | Unit | Labels | Meaning | Shown and watched in |
| --- | --- | --- | --- | --- | --- |
${rows(foreign.filter(({ name }) => !names.has(name)))}
`
}

function unitOf(name: string): string {
  return /_(seconds|bytes|ratio|percent)(_total)?$/.exec(name)?.[1] ?? ''
}

const VALUES_SHOWN = 12

function describeLabel([label, values]: [string, readonly string[]]): string {
  const isShown = values.length > 0 && values.length <= VALUES_SHOWN
  const shown = isShown ? values.map((value) => `\`${value}\``).join(', ') : 'known when it runs'
  return `\`${label}\`: ${shown}`
}
