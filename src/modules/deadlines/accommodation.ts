import type { Decimal } from '#platform/decimal/decimal.ts'

/**
 * What one student is granted, in a whole course or for one item. Where several grant the same thing, the most generous
 * wins; none ever takes anything away.
 */
export interface Accommodation {
  readonly scope: 'course' | 'item'
  /** Multiplies time limits; null: by one. */
  readonly timeFactor: Decimal | null
  /** Added to time limits, after the factor. */
  readonly extraMinutes: number
  /** Calendar days by which due and closing dates move. */
  readonly extraDays: number
  /** Alternative dates, as moments; null: as for everybody. */
  readonly opens: string | null
  readonly due: string | null
  readonly closes: string | null
}
