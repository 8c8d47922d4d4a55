import type { Decimal } from '#platform/decimal/decimal.ts'
import { formatDecimal } from '#platform/decimal/decimal.ts'
import type { Random } from '../random.ts'
import type { DemoRows } from '../rows.ts'

export interface DemoItem {
  readonly id: string
  readonly pointsPossible: Decimal
}

interface NewItem {
  readonly courseId: string
  readonly source: 'quiz' | 'assignment'
  readonly sourceId: string
  readonly title: string
  readonly pointsPossible: Decimal
  readonly categoryId: string | null
  readonly at: string
}

/** The column of a quiz or an assignment in the gradebook. */
export function storeItem(random: Random, item: NewItem, rows: DemoRows): DemoItem {
  const id = random.id(new Date(item.at))
  rows.grade_item.push({
    id,
    course_id: item.courseId,
    category_id: item.categoryId,
    source: item.source,
    source_id: item.sourceId,
    title: item.title,
    points_possible: item.pointsPossible,
    is_extra_credit: false,
    is_released: true,
    created_at: item.at,
    updated_at: item.at,
    removed_at: null,
  })
  return { id, pointsPossible: item.pointsPossible }
}

/** Quizzes and assignments weigh differently where a course has both; else points decide. */
export function storeCategories(random: Random, courseId: string, at: string, rows: DemoRows) {
  const category = (title: string, weight: Decimal) => {
    const id = random.id(new Date(at))
    rows.grade_category.push({
      id,
      course_id: courseId,
      title,
      weight,
      drop_lowest: 0,
      created_at: at,
      updated_at: at,
    })
    return id
  }
  return { quiz: category('Quizzes', 400_000), assignment: category('Assignments', 600_000) }
}

/** One state of a grade after another: what was written, when, by whom and why. */
export interface GradeStep {
  readonly event: DemoRows['grade_event'][number]['event']
  readonly at: string
  readonly actorId: string | null
  readonly reason: string
  readonly points: Decimal
  readonly overridePoints?: Decimal
}

/** A grade with its history. */
export function storeGrade(
  random: Random,
  { enrollmentId, itemId }: { enrollmentId: string; itemId: string },
  steps: readonly GradeStep[],
  rows: DemoRows,
): void {
  let before: string | null = null
  for (const { event, at, actorId, reason, points, overridePoints } of steps) {
    const override = overridePoints === undefined ? null : formatDecimal(overridePoints)
    const after = JSON.stringify({
      points: formatDecimal(points),
      latePenalty: '0',
      overridePoints: override,
      isExcused: false,
    })
    rows.grade_event.push({
      id: random.id(new Date(at)),
      enrollment_id: enrollmentId,
      item_id: itemId,
      event,
      occurred_at: at,
      actor_id: actorId,
      reason,
      values_before: before,
      values_after: after,
    })
    before = after
  }
  const [last, graded] = [steps.at(-1), steps.findLast(({ event }) => event === 'graded')]
  if (!last || !graded) return
  rows.grade.push({
    enrollment_id: enrollmentId,
    item_id: itemId,
    points: last.points,
    override_points: last.overridePoints ?? null,
    graded_at: graded.at,
    updated_at: last.at,
    version: steps.length,
  })
}
