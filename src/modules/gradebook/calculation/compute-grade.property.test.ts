import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Category, type ComputedGrade, computeGrade, type GradedItem, type ItemGrade } from './compute-grade.ts'
import { defaultScale } from './letters.ts'

interface World {
  readonly items: readonly GradedItem[]
  readonly categories: readonly Category[]
  readonly grades: readonly ItemGrade[]
}

const HUNDRED_PERCENT = 1_000_000
const points = fc.oneof(
  fc.nat(30).map((whole) => whole * 10_000),
  fc.nat(300_000),
)
const weight = fc.option(
  fc.nat(100).map((whole) => whole * 10_000),
  { nil: null },
)

interface Wishes {
  /** Earned points may exceed what can be had, by extra credit, overrides or generosity. */
  readonly withExtra: boolean
}

function world({ withExtra }: Wishes): fc.Arbitrary<World> {
  const categories = fc
    .array(fc.record({ weight, dropLowest: fc.nat(3) }), { maxLength: 4 })
    .map((all) => all.map((one, index) => ({ id: `category-${index}`, ...one })))
  const cells = fc.array(
    fc.record({
      category: fc.nat(4),
      pointsPossible: points,
      isExtraCredit: fc.constant(false).chain((no) => (withExtra ? fc.boolean() : fc.constant(no))),
      earned: fc.option(points, { nil: null, freq: 4 }),
      latePenalty: points,
      overridePoints: withExtra ? fc.option(points, { nil: null, freq: 1 }) : fc.constant(null),
      isExcused: fc.boolean().chain((yes) => (yes ? fc.boolean() : fc.constant(false))),
    }),
    { maxLength: 12 },
  )
  return fc.tuple(categories, cells).map(([all, made]) => ({
    categories: all,
    items: made.map(({ category, pointsPossible, isExtraCredit }, index) => ({
      id: `item-${index}`,
      categoryId: all[category]?.id ?? null,
      pointsPossible,
      isExtraCredit,
    })),
    grades: made.map(({ earned, latePenalty, overridePoints, isExcused, pointsPossible }, index) => ({
      itemId: `item-${index}`,
      points: earned === null ? null : withExtra ? earned : Math.min(earned, pointsPossible),
      latePenalty,
      overridePoints,
      isExcused,
    })),
  }))
}

const compute = ({ items, categories, grades }: World) => computeGrade(items, categories, grades, defaultScale)
const any = world({ withExtra: true })
const plain = world({ withExtra: false })
const percents = ({ current, final }: ComputedGrade) => [current.percent, final.percent]

function holds(arbitrary: fc.Arbitrary<World>, check: (world: World) => void): void {
  fc.assert(fc.property(arbitrary, check), { numRuns: 500 })
}

/** Null, where nothing counts, is no total to compare. */
function assertAtLeast(more: readonly (number | null)[], less: readonly (number | null)[]): void {
  for (const [index, value] of more.entries()) {
    const other = less[index] ?? null
    assert.equal(value === null, other === null)
    assert.ok((value ?? 0) >= (other ?? 0), `${value} is below ${other}`)
  }
}

describe('a computed grade', () => {
  test('stays between 0 and 100 % where nobody earns more than can be had', () => {
    holds(plain, (some) => {
      for (const percent of percents(compute(some))) {
        assert.ok(percent === null || (percent >= 0 && percent <= HUNDRED_PERCENT), String(percent))
      }
    })
  })

  test('takes weights as shares: all of them times the same number change nothing', () => {
    fc.assert(
      fc.property(any, fc.integer({ min: 1, max: 1000 }), (some, factor) => {
        const scaled = some.categories.map((one) => ({ ...one, weight: one.weight && one.weight * factor }))
        const anyWeight = scaled.map((one, index) => ({
          ...one,
          weight: some.categories[index]?.weight === null ? null : one.weight,
        }))
        assert.deepEqual(percents(compute({ ...some, categories: anyWeight })), percents(compute(some)))
      }),
    )
  })

  test('never falls by dropping, and dropping more never falls below dropping less', () => {
    holds(any, (some) => {
      const dropping = (more: number) =>
        percents(compute({ ...some, categories: some.categories.map((one) => ({ ...one, dropLowest: more })) }))
      assertAtLeast(dropping(1), dropping(0))
      assertAtLeast(dropping(2), dropping(1))
      assertAtLeast(percents(compute(some)), dropping(0))
    })
  })

  test('treats what is excused exactly as if it did not exist', () => {
    holds(any, (some) => {
      const excused = new Set(some.grades.filter(({ isExcused }) => isExcused).map(({ itemId }) => itemId))
      const present = some.items.filter(({ id }) => !excused.has(id))
      const without = compute({ ...some, items: present })
      assert.deepEqual(totalsOf(compute(some)), totalsOf(without))
    })
  })

  test('does not depend on any order', () => {
    holds(any, (some) => {
      const { items, categories, grades } = some
      const turned = { items: items.toReversed(), categories: categories.toReversed(), grades: grades.toReversed() }
      const [one, other] = [compute(some), compute(turned)]
      assert.deepEqual(percents(one), percents(other))
      assert.deepEqual([...one.current.dropped].sort(), [...other.current.dropped].sort())
      assert.deepEqual([...one.final.dropped].sort(), [...other.final.dropped].sort())
    })
  })

  test('is the same now and in the end once everything is graded; more points never lower it', () => {
    holds(any, (some) => {
      const graded = { ...some, grades: some.grades.map((one) => ({ ...one, points: one.points ?? 0 })) }
      const { current, final } = compute(graded)
      assert.deepEqual(current, final)
      const improved = graded.grades.map((one) => ({ ...one, points: one.points + 10_000 }))
      assertAtLeast(percents(compute({ ...some, grades: improved })), percents(compute(graded)))
    })
  })

  test('counts an override whatever was earned, and a penalty never below zero', () => {
    holds(any, (some) => {
      const overridden = some.grades.map((one) => ({ ...one, overridePoints: 50_000 }))
      const regraded = overridden.map((one) => ({ ...one, points: 10_000, latePenalty: 0 }))
      assert.deepEqual(
        totalsOf(compute({ ...some, grades: overridden })),
        totalsOf(compute({ ...some, grades: regraded })),
      )
      for (const { counted } of compute(some).outcomes.values()) assert.ok(counted === null || counted >= 0)
    })
  })
})

const totalsOf = ({ current, final }: ComputedGrade) => [current, final]
