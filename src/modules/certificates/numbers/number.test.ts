import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatNumber, makeNumber, readNumber } from './number.ts'

const SYMBOLS = [...'0123456789ABCDEFGHJKMNPQRSTVWXYZ']
const numbers = fc.noShrink(fc.constant(null).map(makeNumber))
const place = fc.integer({ min: 0, max: 15 })

test('a number is read as it was made: printed, in lower case, with spaces, and with letters that look like digits', () => {
  fc.assert(
    fc.property(numbers, (number) => {
      assert.deepEqual(readNumber(number), { number })
      assert.deepEqual(readNumber(formatNumber(number)), { number })
      assert.deepEqual(readNumber(` ${formatNumber(number).toLowerCase().replaceAll('-', ' ')} `), { number })
      assert.deepEqual(readNumber(number.replaceAll('1', 'I').replaceAll('0', 'o')), { number })
      assert.deepEqual(readNumber(number.replaceAll('1', 'l')), { number })
    }),
  )
})

test('every single wrong character is noticed', () => {
  fc.assert(
    fc.property(numbers, place, fc.constantFrom(...SYMBOLS), (number, at, symbol) => {
      fc.pre(number[at] !== symbol)
      assert.deepEqual(readNumber(number.slice(0, at) + symbol + number.slice(at + 1)), { mistake: 'check' })
    }),
  )
})

test('every two characters that were swapped are noticed, wherever they stand', () => {
  fc.assert(
    fc.property(numbers, place, place, (number, one, other) => {
      fc.pre(number[one] !== number[other])
      const symbols = [...number]
      const [a = '', b = ''] = [symbols[one], symbols[other]]
      symbols[one] = b
      symbols[other] = a
      assert.deepEqual(readNumber(symbols.join('')), { mistake: 'check' })
    }),
  )
})

test('other lengths and other characters are told apart', () => {
  const number = makeNumber()
  assert.deepEqual(readNumber(number.slice(1)), { mistake: 'length' })
  assert.deepEqual(readNumber(`${number}0`), { mistake: 'length' })
  assert.deepEqual(readNumber(''), { mistake: 'length' })
  for (const strange of ['U', '!', 'é', '\u0000', '٣']) {
    assert.deepEqual(readNumber(strange + number.slice(1)), { mistake: 'characters' })
  }
})

test('ten thousand numbers are all different, and every symbol occurs', () => {
  const made = Array.from({ length: 10_000 }, makeNumber)
  assert.equal(new Set(made).size, made.length)
  assert.deepEqual([...new Set(made.join(''))].sort(), SYMBOLS)
})
