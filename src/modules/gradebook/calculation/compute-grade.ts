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

/** What one item is to one student. */
export interface Outcome<G extends ItemGrade = ItemGrade> {
  readonly state: ItemState
  /** The points that count: the override, or what was earned less the penalty. Null: not graded, or excused. */
  readonly counted: Decimal | null
  readonly grade: G | undefined
}

export interface ComputedGrade<G extends ItemGrade = ItemGrade> {
  /** `weights` as soon as a category has one; then what is in no weighted category does not count. */
  readonly weighting: 'points' | 'weights'
  /** Of every item, by its id. */
  readonly outcomes: ReadonlyMap<string, Outcome<G>>
  /** As if what is not graded yet did not exist. */
  readonly current: Total
  /** As if what is not graded yet had earned nothing. */
  readonly final: Total
}

/**
 * The totals of one student. Exact until the one rounding of each total; independent of the order of its arguments.
 * Excused items count nowhere, exactly as if they did not exist.
 */
export function computeGrade<G extends ItemGrade>(
  items: readonly GradedItem[],
  categories: readonly Category[],
  grades: readonly G[],
  scale: LetterScale,
): ComputedGrade<G> {
  const gradeOf = new Map(grades.map((grade) => [grade.itemId, grade]))
  const outcomes = new Map(items.map(({ id }) => [id, outcomeOf(gradeOf.get(id))]))
  const weighting = categories.some(({ weight }) => weight !== null) ? 'weights' : 'points'
  const { graded, open } = groupsOf(items, outcomes, categories)
  const current = totalOf(graded, weighting, scale)
  return { weighting, outcomes, current, final: open === graded ? current : totalOf(open, weighting, scale) }
}

/** The state of a grade, and the points that count: a penalty never takes more than was earned. */
export function outcomeOf<G extends Omit<ItemGrade, 'itemId'>>(grade: G | undefined) {
  if (grade === undefined) return nothing
  const { points, latePenalty, overridePoints, isExcused } = grade
  if (isExcused) return { state: 'excused', counted: null, grade } as const
  if (overridePoints !== null) return { state: 'graded', counted: overridePoints, grade } as const
  if (points === null) return { state: 'ungraded', counted: null, grade } as const
  return { state: 'graded', counted: Math.max(0, points - latePenalty), grade } as const
}

const nothing = { state: 'ungraded', counted: null, grade: undefined } as const

interface CategoryGroup extends Group {
  readonly categoryId: string | null
  readonly weight: Decimal | null
}

function totalOf(groups: readonly CategoryGroup[], weighting: ComputedGrade['weighting'], scale: LetterScale): Total {
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

/** What is graded, and what is open to be graded, by category; the same groups when everything is graded. */
function groupsOf(
  items: readonly GradedItem[],
  outcomes: ReadonlyMap<string, Outcome>,
  categories: readonly Category[],
): Record<'graded' | 'open', readonly CategoryGroup[]> {
  const entries = new Map<string | null, Record<'graded' | 'open', Entry[]>>()
  for (const { id } of [...categories, { id: null }]) entries.set(id, { graded: [], open: [] })
  let isAllGraded = true
  for (const { id, categoryId, pointsPossible, isExtraCredit } of items) {
    const { state = 'ungraded', counted = null } = outcomes.get(id) ?? {}
    if (state === 'excused') continue
    const entry = { itemId: id, earned: counted ?? 0, possible: isExtraCredit ? 0 : pointsPossible }
    entries.get(categoryId)?.open.push(entry)
    if (state === 'graded') entries.get(categoryId)?.graded.push(entry)
    else isAllGraded = false
  }
  const all = [...categories, { id: null, weight: null, dropLowest: 0 }]
  const groups = (which: 'graded' | 'open') =>
    all.map(({ id, weight, dropLowest }) => ({
      categoryId: id,
      weight,
      dropLowest,
      entries: entries.get(id)?.[which] ?? [],
    }))
  const graded = groups('graded')
  return { graded, open: isAllGraded ? graded : groups('open') }
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
