import { renderRules, ruleFile } from './rules/render.ts'

const folder = 'ops/observability'

/** Every generated file of the observability stack by its path. */
export function observabilityFiles(): Record<string, string> {
  return {
    [`${folder}/prometheus/alerts.yml`]: renderRules(ruleFile()),
  }
}
