import type { MetricDescription } from '#platform/metrics/metric-list.ts'

/** The table of all metrics in Markdown. */
export function metricsReference(metrics: readonly MetricDescription[]): string {
  const rows = metrics.map(
    ({ name, type, labels, help }) =>
      `| \`${name}\` | ${type} | ${unitOf(name)} | ${Object.entries(labels).map(describeLabel).join('; ')} | ${help} |`,
  )
  return `# Metrics

<!-- Generated from the registered metrics by "npm run generate": do not edit. -->

What \`GET /metrics\` exports in Prometheus' text format. Every series starts at zero, and no label holds an id, an
address or a name.

| Metric | Type | Unit | Labels | Meaning |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
`
}

function unitOf(name: string): string {
  return /_(seconds|bytes|ratio)(_total)?$/.exec(name)?.[1] ?? ''
}

const VALUES_SHOWN = 12

function describeLabel([label, values]: [string, readonly string[]]): string {
  if (values.length === 0) return `\`${label}\`: few, as they are at the moment`
  const shown =
    values.length <= VALUES_SHOWN ? values.map((value) => `\`${value}\``).join(', ') : 'fixed when it starts'
  return `\`${label}\`: ${shown}`
}
