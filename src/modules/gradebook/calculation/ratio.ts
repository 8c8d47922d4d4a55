import type { Decimal } from '#platform/decimal/decimal.ts'

/** An exact fraction; the denominator is positive. */
export interface Ratio {
  readonly numerator: bigint
  readonly denominator: bigint
}

/** `part` of `whole`; null where there is no whole. */
export function ratioOf(part: Decimal, whole: Decimal): Ratio | null {
  return whole > 0 ? { numerator: BigInt(part), denominator: BigInt(whole) } : null
}

/** The mean of ratios by their weights, exact; null where the weights are all zero. */
export function weightedMean(parts: readonly { readonly ratio: Ratio; readonly weight: Decimal }[]): Ratio | null {
  let weights = 0n
  let sum: Ratio = { numerator: 0n, denominator: 1n }
  for (const { ratio, weight } of parts) {
    weights += BigInt(weight)
    sum = {
      numerator: sum.numerator * ratio.denominator + BigInt(weight) * ratio.numerator * sum.denominator,
      denominator: sum.denominator * ratio.denominator,
    }
  }
  return weights > 0n ? { numerator: sum.numerator, denominator: sum.denominator * weights } : null
}

/** Of two decimals of a percentage, in ten-thousandths, only the hundredths are kept. */
const HUNDREDTH = 100

/** The ratio as a percentage, rounded here and nowhere else: to two decimals, halves up. */
export function percentOf({ numerator, denominator }: Ratio): Decimal {
  return Number((numerator * 20_000n + denominator) / (2n * denominator)) * HUNDREDTH
}
