/**
 * What is summed up over the answers to one question. `item` is the share of its points that an answer earned, `rest`
 * the share that the rest of its attempt earned; the four sums with `rest` are over the answers that have a rest.
 */
export interface ItemSums {
  /** Answers. */
  readonly n: number
  readonly itemSum: number
  /** Answers whose attempt asked something else, too. */
  readonly pairs: number
  readonly pairedItemSum: number
  readonly restSum: number
  readonly itemSquares: number
  readonly restSquares: number
  readonly products: number
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
export function itemStatistics(sums: ItemSums): ItemStatistics {
  return {
    n: sums.n,
    difficulty: sums.n === 0 ? null : rounded(sums.itemSum / sums.n),
    discrimination: correlation(sums),
  }
}

/** Pearson's r from sums; null where either side has no variance. */
function correlation({ pairs, pairedItemSum, restSum, itemSquares, restSquares, products }: ItemSums): number | null {
  if (pairs < 2) return null
  const itemVariance = pairs * itemSquares - pairedItemSum ** 2
  const restVariance = pairs * restSquares - restSum ** 2
  // Both are shares from 0 to 1: what is this small is the rounding of sums of equal numbers.
  const nothing = 1e-9 * pairs ** 2
  if (itemVariance < nothing || restVariance < nothing) return null
  const r = (pairs * products - pairedItemSum * restSum) / Math.sqrt(itemVariance * restVariance)
  return rounded(Math.min(1, Math.max(-1, r)))
}

function rounded(number: number): number {
  // No -0: it would be a sign that says nothing.
  return Math.round(number * 10_000) / 10_000 + 0
}
