import { randomInt } from 'node:crypto'

/** Crockford's base 32: without I, L, O and U, which people mistake for others. */
const SYMBOLS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const LENGTH = 16

export type NumberMistake = 'length' | 'characters' | 'check'

/** A new number: 15 random symbols, which nobody guesses (2^75), and one that checks them. */
export function makeNumber(): string {
  const values = Array.from({ length: LENGTH - 1 }, () => randomInt(SYMBOLS.length))
  return [...values, timesAlpha(remainderOf(values))].map((value) => SYMBOLS[value]).join('')
}

/**
 * The number that a person has typed, in whatever case and with whatever spaces and hyphens, or what is wrong with it.
 * Every single wrong character and every two that were swapped are noticed.
 */
export function readNumber(typed: string): { number: string } | { mistake: NumberMistake } {
  const plain = typed.toUpperCase().replaceAll(/[\s-]/g, '')
  const number = plain.replaceAll(/[IL]/g, '1').replaceAll('O', '0')
  const values = [...number].map((symbol) => SYMBOLS.indexOf(symbol))
  if (values.includes(-1)) return { mistake: 'characters' }
  if (values.length !== LENGTH) return { mistake: 'length' }
  return remainderOf(values) === 0 ? { number } : { mistake: 'check' }
}

/** `ABCD-EFGH-JKMN-PQRS`, as it is printed. */
export function formatNumber(number: string): string {
  return number.replaceAll(/.{4}(?=.)/g, '$&-')
}

/**
 * The symbols as a polynomial at the point alpha of the field of 32 elements; a number is right when it is zero there.
 * The powers of alpha differ for 31 places, so one changed symbol, or two swapped ones, never give zero again.
 */
function remainderOf(values: readonly number[]): number {
  return values.reduce((sum, value) => timesAlpha(sum) ^ value, 0)
}

/** Times alpha modulo x^5 + x^2 + 1, which is primitive. */
function timesAlpha(value: number): number {
  return value & 16 ? ((value << 1) ^ 0b100101) & 31 : value << 1
}
