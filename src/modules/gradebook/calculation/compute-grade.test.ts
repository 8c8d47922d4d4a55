import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { formatDecimal, parseDecimal } from '#platform/decimal/decimal.ts'
import { type Category, computeGrade, type GradedItem, type ItemGrade, type Total } from './compute-grade.ts'
import { defaultScale, letterOf } from './letters.ts'

const item = (id: string, possible: string, categoryId: string | null = null, isExtraCredit = false): GradedItem => ({
  id,
  categoryId,
  pointsPossible: parseDecimal(possible),
  isExtraCredit,
})
const category = (id: string, weight: string | null, dropLowest = 0): Category => ({
  id,
  weight: weight === null ? null : parseDecimal(weight),
  dropLowest,
})
const grade = (itemId: string, points: string | null, changes: Partial<ItemGrade> = {}): ItemGrade => ({
  itemId,
  points: points === null ? null : parseDecimal(points),
  latePenalty: 0,
  overridePoints: null,
  isExcused: false,
  ...changes,
})
const shown = ({ percent, letter }: Total) => [percent === null ? null : formatDecimal(percent), letter]

function totals(items: GradedItem[], categories: Category[], grades: ItemGrade[]) {
  const { current, final } = computeGrade(items, categories, grades, defaultScale)
  return [...shown(current), ...shown(final)]
}

describe('the totals of a student', () => {
  test('are nothing, not zero, while nothing counts; in the end what is missing is zero', () => {
    assert.deepEqual(totals([], [], []), [null, null, null, null])
    assert.deepEqual(totals([item('a', '10')], [], []), [null, null, '0', 'F'])
    assert.deepEqual(totals([item('a', '10'), item('b', '30')], [], [grade('a', '9')]), ['90', 'A', '22.5', 'F'])
  })

  test('add points over all items where no category has a weight', () => {
    const items = [item('a', '10', 'x'), item('b', '90', 'y'), item('c', '100')]
    const grades = [grade('a', '10'), grade('b', '45'), grade('c', '80')]
    assert.deepEqual(totals(items, [category('x', null), category('y', null)], grades).slice(0, 2), ['67.5', 'D'])
  })

  test('weigh categories, leave out those without a grade, and count nothing outside of them', () => {
    const items = [item('a', '10', 'x'), item('b', '20', 'y'), item('c', '5')]
    const categories = [category('x', '30'), category('y', '70'), category('z', '50')]
    const grades = [grade('a', '5'), grade('c', '0')]
    assert.deepEqual(totals(items, categories, grades), ['50', 'F', '15', 'F'])
    assert.deepEqual(totals(items, categories, [...grades, grade('b', '20')]), ['85', 'B', '85', 'B'])
  })

  test('add thirds exactly and round once', () => {
    const items = [item('a', '3', 'x'), item('b', '3', 'y'), item('c', '3', 'z')]
    const categories = [category('x', '1'), category('y', '1'), category('z', '1')]
    const grades = [grade('a', '1'), grade('b', '1'), grade('c', '1')]
    assert.deepEqual(totals(items, categories, grades).slice(0, 1), ['33.33'])
    assert.deepEqual(totals([item('a', '800')], [], [grade('a', '719.96')]).slice(0, 2), ['90', 'A'])
    assert.deepEqual(totals([item('a', '800')], [], [grade('a', '719.9599')]).slice(0, 2), ['89.99', 'B'])
  })

  test('add extra credit to what is earned alone, beyond 100 % if it comes to that', () => {
    const items = [item('a', '10'), item('b', '5', null, true)]
    assert.deepEqual(totals(items, [], [grade('a', '9.5'), grade('b', '1')]).slice(0, 2), ['105', 'A'])
    assert.deepEqual(totals(items, [], [grade('a', '9.5')]), ['95', 'A', '95', 'A'])
  })

  test('take a late penalty off, an override instead of everything, and nothing of what is excused', () => {
    const items = [item('a', '10'), item('b', '10')]
    const late = { latePenalty: parseDecimal('2') }
    assert.deepEqual(totals(items, [], [grade('a', '9', late)]).slice(0, 1), ['70'])
    const overridden = { ...late, overridePoints: parseDecimal('8') }
    assert.deepEqual(totals(items, [], [grade('a', '9', overridden)]).slice(0, 1), ['80'])
    assert.deepEqual(totals(items, [], [grade('a', null, overridden)]).slice(0, 1), ['80'])
    const excused = grade('b', '1', { isExcused: true })
    assert.deepEqual(totals(items, [], [grade('a', '9'), excused]), ['90', 'A', '90', 'A'])
  })

  test('leave out the lowest of a category, in the end also what was never done, and never the only one', () => {
    const items = [item('a', '10', 'x'), item('b', '10', 'x'), item('c', '10', 'x')]
    const grades = [grade('a', '10'), grade('b', '6')]
    assert.deepEqual(totals(items, [category('x', '1', 1)], grades), ['100', 'A', '80', 'B'])
    assert.deepEqual(totals(items, [category('x', '1', 5)], [grade('b', '6')]), ['60', 'D', '60', 'D'])
    const { current } = computeGrade(items, [category('x', '1', 1)], grades, defaultScale)
    assert.deepEqual([...current.dropped], ['b'])
  })

  test('where points decide, dropping serves the whole: a good grade of a category may be its lowest, and stays', () => {
    const items = [item('a', '100', 'x'), item('b', '100', 'x'), item('c', '1000')]
    const grades = [grade('a', '90'), grade('b', '80'), grade('c', '0')]
    const points = computeGrade(items, [category('x', null, 1)], grades, defaultScale)
    assert.deepEqual([...points.current.dropped], [])
    const weights = computeGrade(items, [category('x', '1', 1)], grades, defaultScale)
    assert.deepEqual([...weights.current.dropped], ['b'])
  })
})

test('a letter begins exactly at its boundary', () => {
  const letters = ['90', '89.99', '80', '60', '59.99', '0', '120'].map((text) =>
    letterOf(parseDecimal(text), defaultScale),
  )
  assert.deepEqual(letters, ['A', 'B', 'B', 'D', 'F', 'F', 'A'])
})
