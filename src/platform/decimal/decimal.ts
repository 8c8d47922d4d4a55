import { type TString, Type } from 'typebox'

/**
 * An exact decimal number with up to four places, held as an integer of ten-thousandths: 2.5 is 25_000. Sums and
 * differences are plain `+` and `-`, in the program and in SQL; up to 900 billion they are exact.
 */
export type Decimal = number

const PLACES = 4
const SCALE = 10 ** PLACES

/** `'2.5'` to 25_000. Throws a RangeError for what is no decimal with at most four places; schemas refuse it before. */
export function parseDecimal(text: string): Decimal {
  const match = /^(-?)(\d{1,11})(?:\.(\d{1,4}))?$/.exec(text)
  if (!match) throw new RangeError(`${text} is no decimal number with at most four places`)
  const [, sign, whole, fraction = ''] = match
  const size = Number(whole) * SCALE + Number(fraction.padEnd(PLACES, '0'))
  return sign === '-' && size !== 0 ? -size : size
}

/** 25_000 to `'2.5'`: the shortest form, without trailing zeros. */
export function formatDecimal(value: Decimal): string {
  // Most are whole, and some lists hold tens of thousands.
  if (value % SCALE === 0) return String(value / SCALE + 0)
  const size = Math.abs(value)
  const fraction = String(size % SCALE)
    .padStart(PLACES, '0')
    .replace(/0+$/, '')
  return `${value < 0 ? '-' : ''}${Math.floor(size / SCALE)}.${fraction}`
}

/** `value` × `numerator` / `denominator`, halves rounded away from zero. Whole numbers in, no float on the way. */
export function scaleDecimal(value: Decimal, numerator: number, denominator: number): Decimal {
  if (denominator === 0) throw new RangeError('A decimal cannot be divided by zero')
  const product = BigInt(value) * BigInt(numerator)
  const by = BigInt(denominator)
  const isNegative = product < 0n !== by < 0n
  const [size, divisor] = [product < 0n ? -product : product, by < 0n ? -by : by]
  const rounded = Number((2n * size + divisor) / (2n * divisor))
  return isNegative && rounded !== 0 ? -rounded : rounded
}

/** The wire shape of a decimal that is not negative: a string, since a JSON number is a float to its readers. */
export function decimalSchema(description: string, { wholeDigits = 6 }: { wholeDigits?: number } = {}): TString {
  return Type.String({ pattern: `^\\d{1,${wholeDigits}}(\\.\\d{1,4})?$`, description, examples: ['2.5'] })
}
