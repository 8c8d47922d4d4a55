import type { Decimal } from '#platform/decimal/decimal.ts'
import { droppedItems, type Entry, type Group, type Sum, sumOf } from './dropping.ts'
import { type LetterScale, letterOf } from './letters.ts'
import { percentOf, type Ratio, ratioOf, weightedMean } from './ratio.ts'

export interface GradedItem {
  readonly id: string
  readonly categoryId: string | null
  readonly pointsPossible: Decimal
  /** Adds to what a student has, not to what can be had. */
  readonly isExtraCredit: boolean
}

export interface Category {
  readonly id: string
  /** Null: the category only groups items. */
  readonly weight: Decimal | null
  readonly dropLowest: number
}

/** What a student has for one item. */
export interface ItemGrade {
  readonly itemId: string
  /** Null: not graded. */
  readonly points: Decimal | null
  readonly latePenalty: Decimal
  readonly overridePoints: Decimal | null
  readonly isExcused: boolean
}

export type ItemState = 'graded' | 'ungraded' | 'excused'

export interface CategoryTotal extends Sum {
  /** Null: the items without a category. */
  readonly categoryId: string | null
  /** Null where points decide. */
  readonly weight: Decimal | null
  readonly ratio: Ratio | null
}

export interface Total {
  /** Rounded once to two decimals; null where nothing counts yet. May exceed 100 by extra credit and overrides. */
  readonly percent: Decimal | null
  readonly letter: string | null
  readonly categories: readonly CategoryTotal[]
  readonly dropped: ReadonlySet<string>
}

export interface ComputedGrade {
  /** `weights` as soon as a category has one; then what is in no weighted category does not count. */
  readonly weighting: 'points' | 'weights'
  readonly states: ReadonlyMap<string, ItemState>
  /** Points that count, by item: the override, or what was earned less the penalty. Graded items only. */
  readonly counted: ReadonlyMap<string, Decimal>
  /** As if what is not graded yet did not exist. */
  readonly current: Total
  /** As if what is not graded yet had earned nothing. */
  readonly final: Total
}

/**
 * The totals of one student. Exact until the one rounding of each total; independent of the order of its arguments.
 * Excused items count nowhere, exactly as if they did not exist.
 */
export function computeGrade(
  items: readonly GradedItem[],
  categories: readonly Category[],
  grades: readonly ItemGrade[],
  scale: LetterScale,
): ComputedGrade {
  const gradeOf = new Map(grades.map((grade) => [grade.itemId, grade]))
  const states = new Map(items.map(({ id }) => [id, stateOf(gradeOf.get(id))]))
  const counted = new Map<string, Decimal>()
  for (const { id } of items) {
    const grade = gradeOf.get(id)
    if (grade && states.get(id) === 'graded') counted.set(id, countedPoints(grade))
  }
  const weighting = categories.some(({ weight }) => weight !== null) ? 'weights' : 'points'
  const total = (some: readonly GradedItem[]) => totalOf(some, counted, categories, weighting, scale)
  const graded = items.filter(({ id }) => states.get(id) === 'graded')
  const open = items.filter(({ id }) => states.get(id) !== 'excused')
  const current = total(graded)
  return { weighting, states, counted, current, final: open.length === graded.length ? current : total(open) }
}

/** The override, or what was earned less the penalty, which never takes more than was earned. */
export function countedPoints({ points, latePenalty, overridePoints }: Omit<ItemGrade, 'itemId'>): Decimal {
  return overridePoints ?? Math.max(0, (points ?? 0) - latePenalty)
}

function stateOf(grade: ItemGrade | undefined): ItemState {
  if (grade?.isExcused) return 'excused'
  return grade && (grade.points !== null || grade.overridePoints !== null) ? 'graded' : 'ungraded'
}

interface CategoryGroup extends Group {
  readonly categoryId: string | null
  readonly weight: Decimal | null
}

function totalOf(
  items: readonly GradedItem[],
  counted: ReadonlyMap<string, Decimal>,
  categories: readonly Category[],
  weighting: ComputedGrade['weighting'],
  scale: LetterScale,
): Total {
  const groups = groupsOf(items, counted, categories)
  // Where points decide, all groups share one ratio, and dropping serves it; with weights each has its own.
  const dropped =
    weighting === 'points' ? droppedItems(groups) : new Set(groups.flatMap((group) => [...droppedItems([group])]))
  const totals = groups.map(({ entries, categoryId, weight }): CategoryTotal => {
    const sum = sumOf(entries, dropped)
    return { ...sum, categoryId, weight, ratio: ratioOf(sum.earned, sum.possible) }
  })
  const ratio = weighting === 'points' ? pooledRatio(totals) : meanRatio(totals)
  const percent = ratio && percentOf(ratio)
  return { percent, letter: percent === null ? null : letterOf(percent, scale), categories: totals, dropped }
}

function groupsOf(
  items: readonly GradedItem[],
  counted: ReadonlyMap<string, Decimal>,
  categories: readonly Category[],
): CategoryGroup[] {
  const entries = new Map<string | null, Entry[]>([[null, []]])
  for (const { id } of categories) entries.set(id, [])
  for (const { id, categoryId, pointsPossible, isExtraCredit } of items) {
    const possible = isExtraCredit ? 0 : pointsPossible
    entries.get(categoryId)?.push({ itemId: id, earned: counted.get(id) ?? 0, possible })
  }
  const uncategorized: CategoryGroup = {
    categoryId: null,
    weight: null,
    dropLowest: 0,
    entries: entries.get(null) ?? [],
  }
  return [
    ...categories.map(({ id, weight, dropLowest }) => ({
      categoryId: id,
      weight,
      dropLowest,
      entries: entries.get(id) ?? [],
    })),
    uncategorized,
  ]
}

function pooledRatio(totals: readonly CategoryTotal[]): Ratio | null {
  const sum = (of: (total: CategoryTotal) => number) => totals.reduce((all, one) => all + of(one), 0)
  return ratioOf(
    sum(({ earned }) => earned),
    sum(({ possible }) => possible),
  )
}

function meanRatio(totals: readonly CategoryTotal[]): Ratio | null {
  return weightedMean(totals.flatMap(({ ratio, weight }) => (ratio && weight !== null ? [{ ratio, weight }] : [])))
}
