import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { suppressions } from '../alertmanager.ts'
import { probeSuccess } from '../exporters/blackbox.ts'
import { up } from '../exporters/process.ts'
import { findPromtool, testRules } from '../promtool.ts'
import { outages } from './aftermath.ts'
import { edge } from './cases/api.ts'
import { api, series, target } from './cases/case.ts'
import { alerts } from './index.ts'
import { ruleFile } from './render.ts'

const when = new Map<string, string>(alerts.map(({ name, when }) => [name, when.text]))

describe('an outage that was paged and mended', async () => {
  const promtool = await findPromtool()
  /** Minutes: half an hour of traffic, five of outage, and traffic again. */
  const [before, outage, after] = [30, 5, 450]
  const failures = outage * 60
  const site = target('blackbox', 'https://lms.example.org')
  const outageOf = (failedAfterwards: string) => [
    ...edge(
      `0+60x${before - 1} ${60 * before}x${outage - 1} ${60 * before}+60x${after}`,
      `0x${before - 1} 0+60x${outage - 1} ${failedAfterwards}`,
    ),
    series(up, api(), `1x${before - 1} stale _x${outage - 2} 1x${after}`),
    series(probeSuccess, site, `1x${before - 1} 0x${outage - 1} 1x${after}`),
  ]
  const { groups } = ruleFile()
  const rules = { groups: groups.filter(({ name }) => ['recordings', 'api', 'objective'].includes(name)) }
  const firing = (by: string) =>
    `count by (alertname) (ALERTS{alertstate="firing",alertname!="Watchdog"${by ? `,alertname=~"${by}"` : ''}})`
  const run = (
    input_series: ReturnType<typeof outageOf>,
    samples: readonly (readonly [string, string, readonly string[]])[],
  ) => {
    const promql_expr_test = samples.map(([eval_time, by, names]) => ({
      expr: firing(by),
      eval_time,
      exp_samples: names.map((alertname) => ({ labels: `{alertname="${alertname}"}`, value: 1 })),
    }))
    const tests = [{ interval: '1m', input_series, promql_expr_test }]
    return testRules(promtool, { outage: { evaluationInterval: '1m', rules, tests } })
  }

  test('does not page again while long windows still remember it', async () => {
    const nothing: readonly string[] = []
    const late = ['40m', '42m', '45m', '50m', '55m', '60m', '65m', '90m', '2h', '3h', '5h', '7h']
    const { passed, output } = await run(outageOf(`${failures}x${after}`), [
      ['32m', 'ApiDown', ['ApiDown']],
      ['35m', 'ApiDown', ['ApiDown']],
      ...late.map((at) => [at, '', nothing] as const),
    ])
    assert.ok(passed, output)
  })

  test('does not hide what goes wrong afterwards: one request in twenty fails, and that pages', async () => {
    const { passed, output } = await run(outageOf(`${failures}+3x${after}`), [
      ['40m', 'ErrorBudgetBurnFast', []],
      ['50m', 'ErrorBudgetBurnFast', ['ErrorBudgetBurnFast']],
      ['2h', 'ErrorBudgetBurnFast', ['ErrorBudgetBurnFast']],
    ])
    assert.ok(passed, output)
  })
})

describe('an alert that has a window', () => {
  test('and follows from an outage remembers the outage for as long', () => {
    const effects = suppressions.filter(({ cause }) => outages.some((one) => one === cause))
    assert.equal(effects.length, outages.length)
    for (const effect of new Set(effects.flatMap((one) => one.effects))) {
      const [expr = '', memory] = (when.get(effect) ?? '').split(' unless on (environment) max_over_time(ALERTS')
      const hasWindow = /\b(rate|increase|histogram_quantile)\(|edge_error_ratio|blacklist/.test(expr)
      assert.equal(
        memory !== undefined,
        hasWindow || effect === 'EventLoopBlocked' || effect === 'PoolExhausted',
        effect,
      )
    }
  })

  test('and remembers outages does so for exactly that window', () => {
    for (const [name, text] of when) {
      const [expr = '', memory] = text.split(' unless on (environment) max_over_time(ALERTS')
      if (memory === undefined) continue
      const [remembered] = windowsOf(memory)
      // Windows of an objective are those of its recordings, in their names; the tests above play them.
      for (const window of windowsOf(expr)) assert.equal(window, remembered, name)
    }
  })

  test('remembers alerts that exist', () => {
    for (const [name, expr] of when) {
      const [, pattern] = /ALERTS\{alertname=~"([^"]+)"/.exec(expr) ?? []
      for (const one of pattern?.split('|') ?? []) assert.ok(when.has(one), `${name} remembers ${one}`)
    }
  })
})

function windowsOf(expr: string): string[] {
  return [...expr.matchAll(/\[(\w+)\]/g)].map(([, window = '']) => window)
}
