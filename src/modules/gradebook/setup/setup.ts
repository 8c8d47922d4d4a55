import type { Kysely } from 'kysely'
import { formatDecimal, parseDecimal } from '#platform/decimal/decimal.ts'
import type { Database } from '../../../database.ts'
import type { Category, ComputedGrade, GradedItem } from '../calculation/compute-grade.ts'
import { defaultScale, type LetterScale } from '../calculation/letters.ts'
import type { GradeItemRow } from '../item-queries.ts'
import { type CategoryRow, type RuleRow, selectCategories, selectItems, selectRule } from './queries.ts'
import type { GradeCategory, GradeItem } from './schemas.ts'

/** All that decides how the grades of a course are counted. */
export interface Setup {
  readonly items: readonly GradeItemRow[]
  readonly categories: readonly CategoryRow[]
  readonly scale: LetterScale
}

export async function selectSetup(db: Kysely<Database>, courseId: string): Promise<Setup> {
  const items = await selectItems(db, courseId)
  const categories = await selectCategories(db, courseId)
  return { items, categories, scale: scaleOf(await selectRule(db, courseId)) }
}

export function scaleOf(rule: RuleRow | undefined): LetterScale {
  if (!rule) return defaultScale
  return rule.letters.map(({ letter, minPercent }) => ({ letter, minPercent: parseDecimal(minPercent) }))
}

export function weightingOf(categories: readonly CategoryRow[]): ComputedGrade['weighting'] {
  return categories.some(({ weight }) => weight !== null) ? 'weights' : 'points'
}

/** Items that count for nobody, because weights decide and no weight is theirs. */
export function uncountedItemIds({ items, categories }: Setup): string[] {
  if (weightingOf(categories) === 'points') return []
  const weighted = new Set(categories.filter(({ weight }) => weight !== null).map(({ id }) => id))
  return items.filter(({ category_id }) => category_id === null || !weighted.has(category_id)).map(({ id }) => id)
}

export function toGradedItem(row: GradeItemRow): GradedItem {
  return {
    id: row.id,
    categoryId: row.category_id,
    pointsPossible: row.points_possible,
    isExtraCredit: row.is_extra_credit,
  }
}

export function toCategoryRule(row: CategoryRow): Category {
  return { id: row.id, weight: row.weight, dropLowest: row.drop_lowest }
}

export function toLetters(scale: LetterScale) {
  return scale.map(({ letter, minPercent }) => ({ letter, minPercent: formatDecimal(minPercent) }))
}

export function toGradeCategory(row: CategoryRow): GradeCategory {
  return {
    id: row.id,
    courseId: row.course_id,
    title: row.title,
    weight: row.weight === null ? null : formatDecimal(row.weight),
    dropLowest: row.drop_lowest,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

export function toGradeItem(row: GradeItemRow): GradeItem {
  return {
    id: row.id,
    courseId: row.course_id,
    categoryId: row.category_id,
    source: row.source,
    sourceId: row.source_id,
    title: row.title,
    pointsPossible: formatDecimal(row.points_possible),
    isExtraCredit: row.is_extra_credit,
    isReleased: row.is_released,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
