import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSample } from './sample.ts'

test('scrapes at one time share a reading, and later ones while it is fresh', async () => {
  let readings = 0
  const sample = createSample({ read: async () => ++readings, initial: 0, freshSeconds: 60 })
  assert.deepEqual(await Promise.all([sample(), sample(), sample()]), [1, 1, 1])
  assert.equal(await sample(), 1)
})

test('a reading that fails leaves the last value, and the next scrape reads again', async () => {
  const outcomes = [async () => 7, async () => Promise.reject(new Error('away')), async () => 8]
  const sample = createSample({ read: () => (outcomes.shift() ?? (async () => 0))(), initial: 0, freshSeconds: 0 })
  const values: number[] = []
  while (values.at(-1) !== 8) values.push(await sample())
  assert.deepEqual([...new Set(values)], [7, 8])
})

test('a reading that hangs does not hold up the scrape', { timeout: 10_000 }, async () => {
  const sample = createSample({ read: () => new Promise<number>(() => {}), initial: 3, freshSeconds: 60 })
  assert.equal(await sample(), 3)
})
