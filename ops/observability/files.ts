import { alertmanagerConfiguration } from './alertmanager.ts'
import { dashboards } from './dashboards/index.ts'
import { renderDashboard } from './dashboards/render.ts'
import { renderRules, ruleFile } from './rules/render.ts'

const folder = 'ops/observability'

/** Every generated file of the observability stack by its path. */
export function observabilityFiles(): Record<string, string> {
  return {
    ...Object.fromEntries(
      dashboards.map((one) => [`${folder}/grafana/dashboards/${one.uid}.json`, renderDashboard(one)]),
    ),
    [`${folder}/prometheus/alerts.yml`]: renderRules(ruleFile()),
    [`${folder}/alertmanager/alertmanager.yml`]: alertmanagerConfiguration({ mail: false }),
    [`${folder}/alertmanager/alertmanager-mail.yml`]: alertmanagerConfiguration({ mail: true }),
  }
}
