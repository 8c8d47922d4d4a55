import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { gradeOf, scoreOf } from './score.ts'

const points = fc.integer({ min: 0, max: 1_000_000 })
const graded = fc.tuple(points, points).map(([one, other]) => ({
  status: 'graded' as const,
  points: Math.min(one, other),
  points_possible: Math.max(one, other),
}))

test('the score of an attempt is the exact sum of its answers, and unknown while one is', () => {
  fc.assert(
    fc.property(fc.array(points), (earned) => {
      const possible = earned.reduce((sum, one) => sum + one, 0)
      const grades = earned.map((one) => ({ points: one }))
      const attempt = { points_possible: possible, passing_percent: 1_000_000 }
      assert.deepEqual(scoreOf(grades, attempt), { points: possible, isPassed: true })
      assert.deepEqual(scoreOf([...grades, { points: null }], attempt), { points: null, isPassed: null })
    }),
  )
})

test('the passing score is met exactly at its bound', () => {
  const attempt = { points_possible: 30_000, passing_percent: 666_667 }
  assert.equal(scoreOf([{ points: 20_000 }], attempt).isPassed, false, '66.6667 % is a little more than two thirds')
  assert.equal(scoreOf([{ points: 20_001 }], attempt).isPassed, true)
  assert.equal(scoreOf([{ points: 20_000 }], { ...attempt, passing_percent: 666_666 }).isPassed, true)
  assert.equal(scoreOf([{ points: 0 }], { ...attempt, passing_percent: null }).isPassed, true)
})

test('a grade never leaves what the quiz is worth; the best is at least the average', () => {
  fc.assert(
    fc.property(fc.array(graded, { minLength: 1 }), points, (attempts, worth) => {
      const [best, last, average] = (['best', 'last', 'average'] as const).map(
        (counts) => gradeOf(attempts, counts, worth) ?? -1,
      ) as [number, number, number]
      for (const one of [best, last, average]) assert.ok(one >= 0 && one <= worth, `${one} of ${worth}`)
      assert.ok(best >= last && best >= average)
    }),
  )
})

test('open attempts count for nothing; the last one is waited for while it is graded', () => {
  const full = { status: 'graded' as const, points: 10, points_possible: 10 }
  const waiting = { status: 'awaiting-grading' as const, points: null, points_possible: 10 }
  const open = { status: 'open' as const, points: null, points_possible: 10 }
  assert.equal(gradeOf([full, open], 'last', 10), 10)
  assert.equal(gradeOf([full, waiting], 'last', 10), null)
  assert.equal(gradeOf([full, waiting], 'best', 10), 10)
  assert.equal(gradeOf([full, waiting], 'average', 10), 10)
  assert.equal(gradeOf([open], 'best', 10), null)
})
