import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { parse } from 'yaml'
import { suppressions } from './alertmanager.ts'
import { jobs, targetLabels } from './promql/index.ts'
import { findPromtool, run } from './promtool.ts'
import { alerts } from './rules/index.ts'

const folder = import.meta.dirname
const read = (path: string) => readFileSync(join(folder, path), 'utf8')

describe('prometheus.yml', () => {
  const text = read('prometheus/prometheus.yml')

  test('has the jobs that expressions may name, each with a limit of its series', () => {
    const written = [...text.matchAll(/job_name: (\w+)/g)].map(([, name]) => name)
    assert.deepEqual(written.sort(), [...jobs].sort())
    assert.equal(text.match(/sample_limit: \d+/g)?.length, jobs.length)
  })

  test('and the rules are what promtool accepts', async () => {
    const promtool = await findPromtool()
    const checked = await run(promtool, ['check', 'config', '--syntax-only', 'prometheus/prometheus.yml'], folder)
    assert.ok(checked.passed, checked.output)
    const rules = await run(promtool, ['check', 'rules', '--lint=all', '--lint-fatal', 'prometheus/alerts.yml'], folder)
    assert.ok(rules.passed, rules.output)
  })

  test('gives no target a label that a metric of ours has for something else', () => {
    const reference = readFileSync(join(folder, '../../docs/reference/metrics.md'), 'utf8')
    for (const label of Object.keys(targetLabels)) assert.ok(!reference.includes(`| \`${label}\`:`), label)
  })
})

describe('alertmanager.yml', () => {
  const { global, route, receivers } = parse(read('alertmanager/alertmanager.yml'))

  test('routes by default as was asked for, critical alerts sooner, and resolves', () => {
    assert.equal(global.resolve_timeout, '5m')
    assert.deepEqual(
      [route.receiver, route.group_by, route.group_wait, route.group_interval, route.repeat_interval],
      ['webhook-default', ['alertname', 'job', 'severity'], '30s', '5m', '2h'],
    )
    const [, critical] = route.routes
    assert.deepEqual([critical.matchers, critical.group_wait], [['severity="critical"'], '10s'])
    for (const { name, webhook_configs } of receivers) {
      assert.match(webhook_configs[0].url_file, /^\/run\/secrets\//)
      assert.equal(webhook_configs[0].send_resolved, name !== 'heartbeat', name)
    }
  })
})

describe('a suppression', () => {
  const order = new Map(alerts.map((alert) => [alert.name, alert]))
  const seconds = (duration = '0s') =>
    Number.parseFloat(duration) * ({ s: 1, m: 60, h: 3600 }[duration.at(-1) ?? 's'] ?? 1)

  test('comes in time: its cause fires before what follows from it', () => {
    // Alertmanager asks when it notifies, at the earliest after group_wait; these have nothing to wait for.
    const atOnce = ['CrashLoop', 'RedisRefusesWrites', 'CertificateExpires', 'HostOutOfMemory', 'DiskFull']
    for (const { cause, effects } of suppressions) {
      if (atOnce.includes(cause)) continue
      for (const effect of effects) {
        const [first, second] = [order.get(cause), order.get(effect)]
        const isWindowed = /\[\d+[mhd]\]/.test(second?.when.text ?? '')
        assert.ok(seconds(first?.for) <= seconds(second?.for) || isWindowed, `${cause} suppresses ${effect}`)
      }
    }
  })
})
