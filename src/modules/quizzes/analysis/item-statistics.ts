import type { Decimal } from '#platform/decimal/decimal.ts'

/** What one student earned for one question, and in the whole attempt it belongs to. */
export interface ItemScore {
  readonly points: Decimal
  readonly pointsPossible: Decimal
  /** Of the whole attempt, this question included. */
  readonly totalPoints: Decimal
  readonly totalPossible: Decimal
}

export interface ItemStatistics {
  /** Answers that were counted. */
  readonly n: number
  /** The mean share of the points, from 0 to 1: high is easy. Null without answers. */
  readonly difficulty: number | null
  /** From -1 to 1. Null when it is not defined: fewer than two answers, or all alike. */
  readonly discrimination: number | null
}

/**
 * Difficulty and discrimination of one question.
 *
 * Difficulty is the mean of points / points possible, the p-value of classical test theory. Discrimination is the
 * corrected item-total correlation: Pearson's r between the share earned in this question and the share earned in the
 * rest of the attempt, which for a question that is right or wrong is the point-biserial correlation. The question is
 * left out of the total, since it would correlate with itself. Source: L. Crocker and J. Algina, “Introduction to
 * Classical and Modern Test Theory” (1986), chapter 14; the correction is S. Henrysson's, Psychometrika 28 (1963). The
 * rest is taken as a share and not as a sum because drawn questions give attempts different totals.
 */
export function itemStatistics(scores: readonly ItemScore[]): ItemStatistics {
  const counted = scores.filter(({ pointsPossible }) => pointsPossible > 0)
  const shares = counted.map(({ points, pointsPossible }) => points / pointsPossible)
  return {
    n: counted.length,
    difficulty: shares.length === 0 ? null : rounded(mean(shares)),
    discrimination: correlation(counted.flatMap(itemAndRest)),
  }
}

/** Pearson's correlation of pairs, rounded to four places; null where either side has no variance. */
export function correlation(pairs: readonly (readonly [number, number])[]): number | null {
  if (pairs.length < 2) return null
  const [meanX, meanY] = [mean(pairs.map(([x]) => x)), mean(pairs.map(([, y]) => y))]
  let [xy, xx, yy] = [0, 0, 0]
  for (const [x, y] of pairs) {
    xy += (x - meanX) * (y - meanY)
    xx += (x - meanX) ** 2
    yy += (y - meanY) ** 2
  }
  // Below this it is the rounding of equal numbers.
  if (xx < 1e-12 || yy < 1e-12) return null
  return rounded(xy / Math.sqrt(xx * yy))
}

function itemAndRest({ points, pointsPossible, totalPoints, totalPossible }: ItemScore): [number, number][] {
  const restPossible = totalPossible - pointsPossible
  // A quiz of one question has no rest to compare with.
  return restPossible > 0 ? [[points / pointsPossible, (totalPoints - points) / restPossible]] : []
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0) / numbers.length
}

function rounded(number: number): number {
  // No -0: it would be a sign that says nothing.
  return Math.round(number * 10_000) / 10_000 + 0
}
