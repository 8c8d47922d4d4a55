import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RecentlyUsed } from './recently-used.ts'

test('keeps at least half of its limit, never more than all of it', () => {
  const recent = new RecentlyUsed<number>(100)
  for (let i = 0; i < 1000; i++) {
    recent.set(`key ${i}`, i)
    const kept = Array.from({ length: i + 1 }, (_, j) => j).filter((j) => recent.has(`key ${j}`))
    assert.ok(kept.length <= 100, `${kept.length} after ${i}`)
    assert.deepEqual(
      kept.slice(-Math.min(50, i + 1)),
      Array.from({ length: Math.min(50, i + 1) }, (_, j) => i - Math.min(49, i) + j),
    )
  }
})

test('what is asked for stays, however much else comes', () => {
  const recent = new RecentlyUsed<number>(10)
  recent.set('asked', 1)
  for (let i = 0; i < 100; i++) {
    recent.set(`other ${i}`, i)
    assert.equal(recent.get('asked'), 1)
  }
})

test('a value that is set again is the new one', () => {
  const recent = new RecentlyUsed<number>(4)
  recent.set('a', 1)
  for (const key of ['b', 'c']) recent.set(key, 0)
  recent.set('a', 2)
  assert.equal(recent.get('a'), 2)
})
