import { type Decimal, scaleDecimal } from '#platform/decimal/decimal.ts'
import type { QuizRow } from '../quiz/queries.ts'
import type { AnswerGrade, AttemptRow } from './queries.ts'

/** One per cent, as a decimal. */
const PER_CENT = 10_000

export interface Score {
  /** Null: not everything is graded. */
  readonly points: Decimal | null
  readonly isPassed: boolean | null
}

/** What all answers of an attempt earn together, and whether that is enough. Without a passing score handing in is. */
export function scoreOf(
  grades: readonly Pick<AnswerGrade, 'points'>[],
  { points_possible: possible, passing_percent: percent }: Pick<AttemptRow, 'points_possible' | 'passing_percent'>,
): Score {
  let points = 0
  for (const grade of grades) {
    if (grade.points === null) return { points: null, isPassed: null }
    points += grade.points
  }
  if (percent === null || possible === 0) return { points, isPassed: true }
  // points / possible >= percent / 100, in whole numbers.
  const isPassed = BigInt(points) * BigInt(100 * PER_CENT) >= BigInt(possible) * BigInt(percent)
  return { points, isPassed }
}

type Counted = Pick<AttemptRow, 'status' | 'points' | 'points_possible'>

/**
 * The grade that all attempts of one student make together, on a scale up to `scaleTo`; null: none yet. Attempts that
 * are open or wait for a grader do not count yet, except that the last one, where it is the one that counts, is waited
 * for.
 */
export function gradeOf(
  attempts: readonly Counted[],
  counts: QuizRow['attempts_count'],
  scaleTo: Decimal,
): Decimal | null {
  const submitted = attempts.filter((one) => one.status !== 'open')
  if (counts === 'last') return scaled(submitted.at(-1), scaleTo)
  const scores = submitted.flatMap((one) => scaled(one, scaleTo) ?? [])
  if (scores.length === 0) return null
  if (counts === 'best') return Math.max(...scores)
  return scaleDecimal(
    scores.reduce((sum, one) => sum + one, 0),
    1,
    scores.length,
  )
}

function scaled(attempt: Counted | undefined, scaleTo: Decimal): Decimal | null {
  if (!attempt || attempt.points === null) return null
  const { points, points_possible: possible } = attempt
  if (possible === scaleTo) return points
  return possible === 0 ? scaleTo : scaleDecimal(scaleTo, points, possible)
}
