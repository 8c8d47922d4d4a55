import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createSeededRandom, shuffled, xoshiro128 } from './seeded-random.ts'

test('the generator gives the numbers of its reference implementation', () => {
  const next = xoshiro128([1, 2, 3, 4])
  assert.deepEqual(Array.from({ length: 6 }, next), [11_520, 0, 5_927_040, 70_819_200, 2_031_721_883, 1_637_235_492])
})

test('a seed gives the same order in every process and release', () => {
  assert.deepEqual(shuffled(['a', 'b', 'c', 'd', 'e', 'f'], 'attempt 1'), ['e', 'a', 'f', 'b', 'c', 'd'])
})

test('a shuffle loses nothing and adds nothing', () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { maxLength: 60 }), fc.string(), (items, seed) => {
      assert.deepEqual(shuffled(items, seed).toSorted(), items.toSorted())
      assert.deepEqual(shuffled(items, seed), shuffled(items, seed))
    }),
  )
})

test('each place is equally likely for each item', () => {
  const firsts = new Map<string, number>()
  for (let seed = 0; seed < 6000; seed++) {
    const order = shuffled(['a', 'b', 'c'], `seed ${seed}`).join('')
    firsts.set(order, (firsts.get(order) ?? 0) + 1)
  }
  assert.equal(firsts.size, 6)
  // 1000 are expected; 150 are more than five standard deviations.
  for (const [order, count] of firsts) assert.ok(Math.abs(count - 1000) < 150, `${order}: ${count}`)
})

test('numbers stay below their limit', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 32 }), fc.string(), (limit, seed) => {
      const drawn = createSeededRandom(seed).below(limit)
      return Number.isInteger(drawn) && drawn >= 0 && drawn < limit
    }),
  )
})
