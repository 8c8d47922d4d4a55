/** `digits` × 10^-`scale`, exactly. */
export interface ExactNumber {
  readonly digits: bigint
  readonly scale: number
}

/** A number as people write it, with a decimal point and perhaps an exponent of at most two digits. */
export const NUMBER_PATTERN = '^[+-]?\\d{1,30}(\\.\\d{1,30})?([eE][+-]?\\d{1,2})?$'
const number = /^([+-]?)(\d{1,30})(?:\.(\d{1,30}))?(?:[eE]([+-]?\d{1,2}))?$/

/** `'-1.5e3'` to what it says, or undefined. Never a float: `0.1` is a tenth. */
export function parseExact(text: string): ExactNumber | undefined {
  const match = number.exec(text)
  if (!match) return undefined
  const [, sign, whole = '', fraction = '', exponent = '0'] = match
  const digits = BigInt(whole + fraction)
  return { digits: sign === '-' ? -digits : digits, scale: fraction.length - Number(exponent) }
}

/** Negative, zero or positive as `one` is less than, equal to or greater than `other`. */
export function compareExact(one: ExactNumber, other: ExactNumber): number {
  const difference = subtractExact(one, other).digits
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

export function subtractExact(one: ExactNumber, other: ExactNumber): ExactNumber {
  const scale = Math.max(one.scale, other.scale)
  return { digits: digitsAt(one, scale) - digitsAt(other, scale), scale }
}

export function multiplyExact(one: ExactNumber, other: ExactNumber): ExactNumber {
  return { digits: one.digits * other.digits, scale: one.scale + other.scale }
}

export function sizeOf({ digits, scale }: ExactNumber): ExactNumber {
  return { digits: digits < 0n ? -digits : digits, scale }
}

function digitsAt({ digits, scale }: ExactNumber, wanted: number): bigint {
  return digits * 10n ** BigInt(wanted - scale)
}
