import { type Decimal, parseDecimal } from '#platform/decimal/decimal.ts'

/** A letter, and the lowest percentage that earns it. */
export interface Letter {
  readonly letter: string
  readonly minPercent: Decimal
}

/** From the best letter to the worst, whose boundary is 0. */
export type LetterScale = readonly Letter[]

/** Of a course that has no scale of its own. */
export const defaultScale: LetterScale = [
  { letter: 'A', minPercent: parseDecimal('90') },
  { letter: 'B', minPercent: parseDecimal('80') },
  { letter: 'C', minPercent: parseDecimal('70') },
  { letter: 'D', minPercent: parseDecimal('60') },
  { letter: 'F', minPercent: 0 },
]

/**
 * The letter of a percentage as it is shown, rounded: 90 shown is an A where A begins at 90, and a number and a letter
 * that stand side by side never contradict each other. Null for a scale without letters.
 */
export function letterOf(percent: Decimal, scale: LetterScale): string | null {
  return scale.find(({ minPercent }) => percent >= minPercent)?.letter ?? null
}
