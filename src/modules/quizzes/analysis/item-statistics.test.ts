import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type ItemSums, itemStatistics } from './item-statistics.ts'

/** The sums over answers to a question worth one point, in a quiz of ten points of which `total` were earned. */
function sumsOf(rows: readonly (readonly [points: number, total: number])[], restPossible = 9): ItemSums {
  const sum = (of: (item: number, rest: number) => number) =>
    rows.reduce((whole, [points, total]) => whole + of(points, (total - points) / restPossible), 0)
  return {
    n: rows.length,
    itemSum: sum((item) => item),
    pairs: rows.length,
    pairedItemSum: sum((item) => item),
    restSum: sum((_item, rest) => rest),
    itemSquares: sum((item) => item ** 2),
    restSquares: sum((_item, rest) => rest ** 2),
    products: sum((item, rest) => item * rest),
  }
}

describe('item statistics', () => {
  test('agree with an example worked out by hand', () => {
    // Five students; right, right, right, wrong, wrong; totals 9, 8, 6, 5, 2.
    // Rests without the question: 8, 7, 5, 5, 2 of 9; their mean is 5.4 and their squared deviations are
    // 6.76 + 2.56 + 0.16 + 0.16 + 11.56 = 21.2. The question: mean 0.6, squared deviations 3 × 0.16 + 2 × 0.36 = 1.2.
    // Products: 0.4 × (2.6 + 1.6 - 0.4) - 0.6 × (-0.4 - 3.4) = 1.52 + 2.28 = 3.8.
    // r = 3.8 / sqrt(21.2 × 1.2) = 3.8 / 5.0438 = 0.7534.
    const rows = [[1, 9], [1, 8], [1, 6], [0, 5], [0, 2]] as const // biome-ignore format: one row a student
    assert.deepEqual(itemStatistics(sumsOf(rows)), { n: 5, difficulty: 0.6, discrimination: 0.7534 })
  })

  test('the point-biserial formula gives the same for a question that is right or wrong', () => {
    // r_pb = (M1 - M0) / s × sqrt(p q), s with n in the denominator.
    const rows = [[1, 10], [0, 4], [1, 7], [0, 6], [1, 5], [0, 3]] as const // biome-ignore format: one row a student
    const rest = rows.map(([points, total]) => total - points)
    const mean = (numbers: number[]) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length
    const deviation = Math.sqrt(mean(rest.map((one) => (one - mean(rest)) ** 2)))
    const of = (wanted: number) => mean(rest.filter((_, index) => rows[index]?.[0] === wanted))
    const expected = ((of(1) - of(0)) / deviation) * Math.sqrt(0.25)
    const { discrimination } = itemStatistics(sumsOf(rows))
    assert.ok(discrimination !== null && Math.abs(discrimination - expected) < 0.0001)
  })

  test('a question that the weak get right and the strong wrong discriminates negatively', () => {
    const rows = [[0, 9], [0, 8], [1, 3], [1, 2]] as const // biome-ignore format: one row a student
    const { discrimination } = itemStatistics(sumsOf(rows))
    assert.ok(discrimination !== null && discrimination < -0.9)
  })

  test('what is not defined is null, not a number', () => {
    const nobody = { ...sumsOf([]), n: 0 }
    assert.deepEqual(itemStatistics(nobody), { n: 0, difficulty: null, discrimination: null })
    assert.deepEqual(itemStatistics(sumsOf([[1, 5]])), { n: 1, difficulty: 1, discrimination: null })
    const alike = sumsOf(Array.from({ length: 1000 }, (_, index) => [0.1, index % 10] as const))
    assert.deepEqual(itemStatistics(alike), { n: 1000, difficulty: 0.1, discrimination: null })
  })

  test('a correlation is between -1 and 1, and does not depend on the order or on what the rest is worth', () => {
    const row = fc.tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 900 }))
    fc.assert(
      fc.property(fc.array(row, { minLength: 2, maxLength: 200 }), (some) => {
        const rows = some.map(([points, rest]) => [points / 100, points / 100 + rest / 100] as const)
        const r = itemStatistics(sumsOf(rows)).discrimination
        if (r === null) return
        assert.ok(r >= -1 && r <= 1)
        const others = [itemStatistics(sumsOf(rows.toReversed())), itemStatistics(sumsOf(rows, 18))]
        for (const { discrimination } of others) {
          if (discrimination !== null) assert.ok(Math.abs(discrimination - r) <= 0.0001)
        }
      }),
    )
  })
})
