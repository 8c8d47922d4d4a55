import { type YamlValue, yaml } from '../yaml.ts'
import { alertGroups, recordings } from './index.ts'
import { type AlertRule, runbookOf } from './rule.ts'

const head = `# Generated from ops/observability/rules by "npm run generate": do not edit.\n`

/** Rules of Prometheus as they are written to alerts.yml. */
export interface RuleFile {
  readonly groups: readonly { readonly name: string; readonly rules: readonly RenderedRule[] }[]
}
export interface RenderedRule {
  readonly record?: string
  readonly alert?: string
  readonly expr: string
  readonly for?: string | undefined
  readonly keep_firing_for?: string | undefined
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
}

export function ruleFile(): RuleFile {
  return {
    groups: [
      { name: 'recordings', rules: recordings.map(({ metric, as }) => ({ record: metric.name, expr: as.text })) },
      ...Object.entries(alertGroups).map(([name, rules]) => ({ name, rules: rules.map(renderAlert) })),
    ],
  }
}

export function renderRules(file: RuleFile): string {
  return head + yaml(file as unknown as YamlValue)
}

function renderAlert({ name, severity, summary, when, for: time, keepFiringFor, dashboard }: AlertRule): RenderedRule {
  return {
    alert: name,
    expr: when.text,
    for: time,
    keep_firing_for: keepFiringFor,
    labels: { severity },
    annotations: {
      summary,
      // Both addresses are settings of the stack: prometheus.yml has them as external labels.
      runbook_url: `{{ $externalLabels.runbooks }}/${runbookOf(name)}`,
      dashboard_url: `{{ $externalLabels.grafana }}/d/${dashboard}`,
    },
  }
}
