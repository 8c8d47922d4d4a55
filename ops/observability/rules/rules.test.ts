import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { findPromtool, testRules, testsOf } from '../promtool.ts'
import { cases } from './cases/index.ts'
import { alerts } from './index.ts'

describe('alerts', async () => {
  const promtool = await findPromtool()

  test('each fires when it must, once, and is silent short of that', async () => {
    const files = Object.fromEntries(Object.entries(cases).map(([name, one]) => [name, testsOf(name, one)]))
    const { passed, output } = await testRules(promtool, files)
    assert.ok(passed, output)
  })

  test('each but Watchdog has a near miss, and each that must last has a moment at which it has not lasted', () => {
    for (const { name, for: lasting } of alerts) {
      const one = cases[name]
      assert.equal(one.quiet.length > 0, name !== 'Watchdog', name)
      assert.equal(one.fires.notYet !== undefined, lasting !== undefined, name)
    }
  })

  test('each has a name of its own', () => {
    const names = alerts.map(({ name }) => name)
    assert.deepEqual([...new Set(names)], names)
  })
})
