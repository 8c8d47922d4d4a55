import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { droppedItems, type Entry, type Group, type Sum, sumOf } from './dropping.ts'

const group = fc.record({
  dropLowest: fc.nat(3),
  entries: fc.array(fc.record({ earned: fc.nat(20), possible: fc.nat(20) }), { maxLength: 5 }),
})

const groups: fc.Arbitrary<Group[]> = fc.array(group, { minLength: 1, maxLength: 2 }).map((all) =>
  all.map(({ dropLowest, entries }, index) => ({
    dropLowest,
    entries: entries.map((entry, place) => ({ ...entry, itemId: `${index}-${place}` })),
  })),
)

test('what is dropped is allowed, and no other choice reaches a higher ratio', () => {
  fc.assert(
    fc.property(groups, (some) => {
      const chosen = droppedItems(some)
      const all = allChoices(some)
      assert.ok(
        all.some((choice) => choice.size === chosen.size && [...choice].every((id) => chosen.has(id))),
        'allowed',
      )
      const entries = some.flatMap((one) => one.entries)
      for (const choice of all) assert.ok(!isHigher(sumOf(entries, choice), sumOf(entries, chosen)))
    }),
    { numRuns: 2000 },
  )
})

test('a choice by the lowest percentages alone would be worse: the small item goes, not the worse big one', () => {
  const one = (itemId: string, earned: number, possible: number): Entry => ({ itemId, earned, possible })
  // Without the 1 of 20 it is 88 of 120; without the 0 of 1, the lowest percentage, it is 89 of 139.
  const entries = [one('big', 80, 100), one('middle', 8, 19), one('low', 1, 20), one('none', 0, 1)]
  assert.deepEqual([...droppedItems([{ dropLowest: 1, entries }])], ['low'])
})

/** Of every group up to its number of items that are worth points, and never all of them. */
function allChoices(some: readonly Group[]): Set<string>[] {
  let all: string[][] = [[]]
  for (const { entries, dropLowest } of some) {
    const ids = entries.filter(({ possible }) => possible > 0).map(({ itemId }) => itemId)
    const most = Math.min(dropLowest, ids.length - 1)
    all = all.flatMap((chosen) =>
      subsets(ids)
        .filter((subset) => subset.length <= Math.max(0, most))
        .map((subset) => [...chosen, ...subset]),
    )
  }
  return all.map((ids) => new Set(ids))
}

function subsets(ids: readonly string[]): string[][] {
  const [first, ...others] = ids
  if (first === undefined) return [[]]
  return subsets(others).flatMap((subset) => [subset, [first, ...subset]])
}

function isHigher(a: Sum, b: Sum): boolean {
  return a.earned * b.possible > b.earned * a.possible
}
