import { dashboards } from './dashboards/index.ts'
import type { Expression, Metric } from './promql/index.ts'
import { alerts, recordings } from './rules/index.ts'
import { runbookOf } from './rules/rule.ts'

/** Where the value of one metric is looked at, as Markdown. */
export type Uses = ReadonlyMap<string, readonly string[]>

/** Every panel and alert by the metrics it reads, recording rules looked through. */
export function metricUses(): Uses {
  const uses = new Map<string, string[]>()
  for (const [place, expr] of places()) {
    for (const name of new Set(readThrough(expr))) uses.set(name, [...(uses.get(name) ?? []), place])
  }
  return uses
}

/** The metrics of exporters that some panel or alert reads; ours are described where they are registered. */
export function exporterMetrics(): readonly Metric[] {
  const found = new Map<string, Metric>()
  for (const [, { metrics }] of places()) {
    for (const metric of metrics.flatMap(sourcesOf)) {
      if (!metric.name.startsWith('lms_')) found.set(baseName(metric.name), { ...metric, name: baseName(metric.name) })
    }
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

function places(): [string, Expression][] {
  const panels = dashboards.flatMap(({ uid, rows }) =>
    rows.flatMap((row) =>
      row.panels.flatMap(({ title, queries }) =>
        queries.map(({ expr }): [string, Expression] => [`${uid}: ${title}`, expr]),
      ),
    ),
  )
  const watched = alerts.map(({ name, when }): [string, Expression] => [
    `alert [${name}](../runbooks/${runbookOf(name)})`,
    when,
  ])
  // A panel with several queries is one place.
  const merged = new Map<string, Expression>()
  for (const [place, expr] of [...panels, ...watched]) {
    const known = merged.get(place)
    merged.set(place, known ? { text: known.text, metrics: [...known.metrics, ...expr.metrics] } : expr)
  }
  return [...merged]
}

function readThrough({ metrics }: Expression): string[] {
  return metrics.flatMap(sourcesOf).map(({ name }) => baseName(name))
}

/** What a recorded metric was made of; others are their own source. */
function sourcesOf(metric: Metric): readonly Metric[] {
  return recordings.find((rule) => rule.metric.name === metric.name)?.as.metrics ?? [metric]
}

function baseName(name: string): string {
  return name.replace(/(_seconds|_bytes)_(count|sum|bucket)$/, '$1')
}
