import { alertmanagerConfiguration } from './alertmanager.ts'
import { renderRules, ruleFile } from './rules/render.ts'

const folder = 'ops/observability'

/** Every generated file of the observability stack by its path. */
export function observabilityFiles(): Record<string, string> {
  return {
    [`${folder}/prometheus/alerts.yml`]: renderRules(ruleFile()),
    [`${folder}/alertmanager/alertmanager.yml`]: alertmanagerConfiguration({ mail: false }),
    [`${folder}/alertmanager/alertmanager-mail.yml`]: alertmanagerConfiguration({ mail: true }),
  }
}
