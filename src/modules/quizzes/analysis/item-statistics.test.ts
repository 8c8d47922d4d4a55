import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { correlation, type ItemScore, itemStatistics } from './item-statistics.ts'

/** Scores of one question worth a point in a quiz of ten, the total being that of all ten. */
const scores = (rows: readonly [points: number, total: number][]): ItemScore[] =>
  rows.map(([points, total]) => ({
    points: points * 10_000,
    pointsPossible: 10_000,
    totalPoints: total * 10_000,
    totalPossible: 100_000,
  }))

describe('item statistics', () => {
  test('agree with an example worked out by hand', () => {
    // Five students; right, right, right, wrong, wrong; totals 9, 8, 6, 5, 2.
    // Rests without the question: 8, 7, 5, 5, 2 of 9; their mean is 5.4 and their squared deviations are
    // 6.76 + 2.56 + 0.16 + 0.16 + 11.56 = 21.2. The question: mean 0.6, squared deviations 3 × 0.16 + 2 × 0.36 = 1.2.
    // Products: 0.4 × (2.6 + 1.6 - 0.4) - 0.6 × (-0.4 - 3.4) = 1.52 + 2.28 = 3.8.
    // r = 3.8 / sqrt(21.2 × 1.2) = 3.8 / 5.0438 = 0.7534.
    assert.deepEqual(
      itemStatistics(
        scores([
          [1, 9],
          [1, 8],
          [1, 6],
          [0, 5],
          [0, 2],
        ]),
      ),
      { n: 5, difficulty: 0.6, discrimination: 0.7534 },
    )
  })

  test('the point-biserial formula gives the same for a question that is right or wrong', () => {
    // r_pb = (M1 - M0) / s × sqrt(p q), s with n in the denominator.
    const rows: [number, number][] = [
      [1, 10],
      [0, 4],
      [1, 7],
      [0, 6],
      [1, 5],
      [0, 3],
    ]
    const rest = rows.map(([points, total]) => total - points)
    const mean = (numbers: number[]) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length
    const deviation = Math.sqrt(mean(rest.map((one) => (one - mean(rest)) ** 2)))
    const of = (wanted: number) => mean(rest.filter((_, index) => rows[index]?.[0] === wanted))
    const expected = ((of(1) - of(0)) / deviation) * Math.sqrt(0.25)
    const { discrimination } = itemStatistics(scores(rows))
    assert.ok(discrimination !== null && Math.abs(discrimination - expected) < 0.0001)
  })

  test('a question that the weak get right and the strong wrong discriminates negatively', () => {
    const { discrimination } = itemStatistics(
      scores([
        [0, 9],
        [0, 8],
        [1, 3],
        [1, 2],
      ]),
    )
    assert.ok(discrimination !== null && discrimination < -0.9)
  })

  test('what is not defined is null, not a number', () => {
    const alike: [number, number][] = [
      [1, 5],
      [1, 8],
    ]
    assert.deepEqual(itemStatistics([]), { n: 0, difficulty: null, discrimination: null })
    assert.deepEqual(itemStatistics(scores([[1, 5]])), { n: 1, difficulty: 1, discrimination: null })
    assert.deepEqual(itemStatistics(scores(alike)), { n: 2, difficulty: 1, discrimination: null })
    const onlyQuestion = { points: 1, pointsPossible: 1, totalPoints: 1, totalPossible: 1 }
    const others = [onlyQuestion, { ...onlyQuestion, points: 0, totalPoints: 0 }]
    assert.deepEqual(itemStatistics(others), { n: 2, difficulty: 0.5, discrimination: null })
    assert.equal(itemStatistics([{ ...onlyQuestion, points: 0, pointsPossible: 0 }]).n, 0)
  })

  test('a correlation is between -1 and 1 and does not depend on scale or order', () => {
    const pairs = fc.array(fc.tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 })), {
      minLength: 2,
    })
    fc.assert(
      fc.property(pairs, (some) => {
        const r = correlation(some)
        if (r === null) return
        assert.ok(r >= -1 && r <= 1)
        const scaled = correlation(some.map(([x, y]) => [x * 3 + 7, y / 2] as const))
        assert.ok(Math.abs((scaled ?? 2) - r) <= 0.0001)
        assert.ok(Math.abs((correlation(some.toReversed()) ?? 2) - r) <= 0.0001)
      }),
    )
  })
})
