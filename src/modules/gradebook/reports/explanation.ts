import { type Decimal, formatDecimal } from '#platform/decimal/decimal.ts'
import type { CategoryTotal, ComputedGrade, Total } from '../calculation/compute-grade.ts'
import type { LetterScale } from '../calculation/letters.ts'
import { percentOf } from '../calculation/ratio.ts'
import type { GradeRow } from '../grade-queries.ts'
import type { GradeItemRow } from '../item-queries.ts'
import type { Setup } from '../setup/setup.ts'

/** How the totals of a student come about: the rule, then each item, each category and the two totals. */
export function explainGrade(setup: Setup, gradeOf: ReadonlyMap<string, GradeRow>, computed: ComputedGrade): string[] {
  const titleOf = new Map(setup.categories.map(({ id, title }) => [id, title]))
  return [
    computed.weighting === 'points'
      ? 'The points of all items are added up.'
      : 'Each category counts by its weight; categories without a grade are left out. Items in no category with a weight do not count.',
    ...setup.items.map((item) => `${item.title}: ${itemStep(item, gradeOf.get(item.id), computed)}.`),
    ...computed.current.categories.flatMap((total) => categoryStep(total, computed, titleOf)),
    `Current total, of what is graded: ${totalStep(computed.current, computed, setup.scale)}.`,
    `Final total, where what is not graded counts as nothing earned: ${totalStep(computed.final, computed, setup.scale)}.`,
    'Totals are exact until they are rounded once, to two decimals, halves up.',
  ]
}

function itemStep(item: GradeItemRow, grade: GradeRow | undefined, { outcomes, current, final }: ComputedGrade) {
  const { state = 'ungraded', counted: points = null } = outcomes.get(item.id) ?? {}
  if (state === 'excused') return 'excused, it counts neither as earned nor as possible'
  const drops = droppedWords(current.dropped.has(item.id), final.dropped.has(item.id))
  if (points === null || !grade) return `not graded yet, of ${formatDecimal(item.points_possible)}${drops}`
  const what = item.is_extra_credit ? `${formatDecimal(points)} extra credit` : outOf(points, item.points_possible)
  return `${what}${sourceWords(grade)}${drops}`
}

function sourceWords({ points, late_penalty, override_points }: GradeRow): string {
  if (override_points !== null) {
    return points === null ? ', set by staff' : `, set by staff in place of ${formatDecimal(points)} earned`
  }
  if (late_penalty === 0 || points === null) return ''
  return `, that is ${formatDecimal(points)} earned less ${formatDecimal(late_penalty)} for being late`
}

function droppedWords(now: boolean, inTheEnd: boolean): string {
  if (now && inTheEnd) return '; dropped as one of the lowest of its category'
  if (now) return '; dropped from the current total as one of the lowest of its category'
  return inTheEnd ? '; dropped from the final total as one of the lowest of its category' : ''
}

function categoryStep(
  { categoryId, earned, possible, ratio, weight }: CategoryTotal,
  { weighting }: ComputedGrade,
  titleOf: ReadonlyMap<string, string>,
): string[] {
  if (categoryId === null || !ratio) return []
  const weighs = weighting === 'weights' ? `, with a weight of ${formatDecimal(weight ?? 0)}` : ''
  return [`${titleOf.get(categoryId)}: ${outOf(earned, possible)}, ${percent(percentOf(ratio))}${weighs}.`]
}

function totalStep(total: Total, { weighting }: ComputedGrade, scale: LetterScale): string {
  if (total.percent === null) return 'nothing counts yet'
  const letter = scale.find((one) => one.letter === total.letter)
  const words = letter ? `, ${letter.letter}, which begins at ${percent(letter.minPercent)}` : ''
  return `${weighting === 'points' ? pointsWords(total) : weightWords(total)} = ${percent(total.percent)}${words}`
}

function pointsWords({ categories }: Total): string {
  const sum = (of: (total: CategoryTotal) => Decimal) => categories.reduce((all, one) => all + of(one), 0)
  return outOf(
    sum(({ earned }) => earned),
    sum(({ possible }) => possible),
  )
}

function weightWords({ categories }: Total): string {
  const counting = categories.filter(({ ratio, weight }) => ratio !== null && weight !== null)
  const parts = counting.map(
    ({ weight, earned, possible }) =>
      `${formatDecimal(weight ?? 0)} × ${formatDecimal(earned)}/${formatDecimal(possible)}`,
  )
  const weights = counting.reduce((all, { weight }) => all + (weight ?? 0), 0)
  return `(${parts.join(' + ')}) / ${formatDecimal(weights)}`
}

const outOf = (earned: Decimal, possible: Decimal) => `${formatDecimal(earned)} of ${formatDecimal(possible)}`
const percent = (value: Decimal) => `${formatDecimal(value)} %`
