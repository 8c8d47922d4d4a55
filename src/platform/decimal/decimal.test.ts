import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatDecimal, parseDecimal, scaleDecimal } from './decimal.ts'

const decimal = fc.integer({ min: -9_000_000_000, max: 9_000_000_000 })

test('what is written is read again, for every decimal', () => {
  fc.assert(fc.property(decimal, (value) => parseDecimal(formatDecimal(value)) === value))
})

test('decimals are written in their shortest form', () => {
  assert.deepEqual([0, 25_000, 1, -15_000, 1_000_000].map(formatDecimal), ['0', '2.5', '0.0001', '-1.5', '100'])
})

test('tenths add up exactly, which floats do not', () => {
  assert.equal(formatDecimal(parseDecimal('0.1') + parseDecimal('0.2')), '0.3')
})

test('what is no decimal of four places is refused', () => {
  for (const text of ['', '.5', '1.', '1.00001', '1e3', 'NaN', ' 1', '１']) {
    assert.throws(() => parseDecimal(text), RangeError, text)
  }
})

test('a share is rounded once, halves away from zero', () => {
  assert.equal(scaleDecimal(10_000, 1, 3), 3333)
  assert.equal(scaleDecimal(10_000, 2, 3), 6667)
  assert.equal(scaleDecimal(1, 1, 2), 1)
  assert.equal(scaleDecimal(-1, 1, 2), -1)
  assert.throws(() => scaleDecimal(1, 1, 0), RangeError)
})

test('a share never leaves its whole, and shares differ from the whole by less than a unit each', () => {
  fc.assert(
    fc.property(fc.nat(9_000_000_000), fc.integer({ min: 1, max: 50 }), (whole, parts) => {
      const one = scaleDecimal(whole, 1, parts)
      return one >= 0 && one <= whole && Math.abs(one * parts - whole) <= parts
    }),
  )
})
