import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Accommodation } from './accommodation.ts'
import { computeDeadline, createDeadlineCalculator, type Deadline } from './compute.ts'
import { checkRule, type DeadlineRule } from './rule.ts'

const plain: DeadlineRule = {
  timeZone: 'Europe/Berlin',
  opens: null,
  due: null,
  closes: null,
  timeLimitSeconds: null,
  graceSeconds: 0,
}
const nothing: Accommodation = {
  scope: 'item',
  timeFactor: null,
  extraMinutes: 0,
  extraDays: 0,
  opens: null,
  due: null,
  closes: null,
}
const notBegun = { startedAt: null }
const at = (iso: string) => ({ startedAt: new Date(iso) })
const textsOf = (deadline: Deadline) => deadline.steps.map(({ text }) => text)

describe('dates', () => {
  test('a local time is meant where the item is, also on the day on which clocks go back', () => {
    const { deadline, steps } = computeDeadline({ ...plain, closes: '2026-10-25T23:59' }, [], notBegun)
    assert.equal(deadline, '2026-10-25T22:59:00.000Z')
    assert.ok(steps.some(({ text }) => text.includes('2026-10-25 23:59 in Europe/Berlin (2026-10-25T22:59:00Z)')))
  })

  test('a time with an offset is an instant, whatever the zone', () => {
    assert.equal(
      computeDeadline({ ...plain, closes: '2026-10-25T23:59+09:00' }, [], notBegun).closesAt,
      '2026-10-25T14:59:00.000Z',
    )
  })

  test('a time that clocks skip or repeat is explained', () => {
    const skipped = computeDeadline({ ...plain, due: '2026-03-29T02:30' }, [], notBegun)
    assert.equal(skipped.dueAt, '2026-03-29T01:30:00.000Z')
    assert.match(textsOf(skipped).join(' '), /skip this time that day, so it counts as 03:30/)
    const repeated = computeDeadline({ ...plain, due: '2026-10-25T02:30' }, [], notBegun)
    assert.equal(repeated.dueAt, '2026-10-25T00:30:00.000Z')
    assert.match(textsOf(repeated).join(' '), /show this time twice that day; the first counts/)
  })

  test('days are calendar days, and the latest of all that is granted holds', () => {
    const rule = { ...plain, due: '2026-10-20T18:00' }
    const week = { ...nothing, scope: 'course' as const, extraDays: 7 }
    assert.equal(computeDeadline(rule, [week], notBegun).dueAt, '2026-10-27T17:00:00.000Z')
    const sooner = { ...nothing, due: '2026-10-22T18:00' }
    const both = computeDeadline(rule, [week, sooner], notBegun)
    assert.equal(both.dueAt, '2026-10-27T17:00:00.000Z')
    assert.match(textsOf(both).join(' '), /not later than 2026-10-27T17:00:00Z, which stays/)
  })

  test('whoever may hand in later without being late finds it open until then', () => {
    const rule = { ...plain, due: '2026-11-01T12:00Z', closes: '2026-11-02T12:00Z' }
    const granted = computeDeadline(rule, [{ ...nothing, due: '2026-11-05T12:00Z' }], notBegun)
    assert.deepEqual([granted.dueAt, granted.closesAt], ['2026-11-05T12:00:00.000Z', '2026-11-05T12:00:00.000Z'])
  })

  test('an earlier opening is granted, an alternative to a date that does not exist changes nothing', () => {
    const early = { ...nothing, opens: '2026-10-31T12:00Z', closes: '2026-12-01T12:00Z' }
    const { opensAt, closesAt } = computeDeadline({ ...plain, opens: '2026-11-01T12:00Z' }, [early], notBegun)
    assert.deepEqual([opensAt, closesAt], ['2026-10-31T12:00:00.000Z', null])
  })
})

describe('attempts', () => {
  const timed = { ...plain, closes: '2026-11-01T12:00Z', timeLimitSeconds: 3600, graceSeconds: 30 }

  test('end when the time is up or with the closing, whichever is earlier, and grace comes on top', () => {
    const early = computeDeadline(timed, [], at('2026-11-01T10:00:00Z'))
    assert.deepEqual([early.deadline, early.acceptedUntil], ['2026-11-01T11:00:00.000Z', '2026-11-01T11:00:30.000Z'])
    const late = computeDeadline(timed, [], at('2026-11-01T11:30:00Z'))
    assert.equal(late.deadline, '2026-11-01T12:00:00.000Z')
    assert.match(late.steps.find(({ about }) => about === 'deadline')?.text ?? '', /before its time is up/)
  })

  test('have no deadline before they begin', () => {
    assert.equal(computeDeadline(timed, [], notBegun).deadline, null)
  })

  test('are as long as the largest factor and the most minutes of all accommodations make them', () => {
    const half = { ...nothing, scope: 'course' as const, timeFactor: 15_000, extraMinutes: 5 }
    const quarter = { ...nothing, timeFactor: 12_500, extraMinutes: 10 }
    const { timeLimitSeconds, deadline } = computeDeadline(timed, [half, quarter], at('2026-11-01T08:00:00Z'))
    assert.equal(timeLimitSeconds, 5400 + 600)
    assert.equal(deadline, '2026-11-01T09:40:00.000Z')
  })

  test('keep their extra time when the item closes: who begins with an hour left has his hour and a half', () => {
    const half = { ...nothing, timeFactor: 15_000 }
    assert.equal(computeDeadline(timed, [half], at('2026-11-01T11:00:00Z')).deadline, '2026-11-01T12:30:00.000Z')
    assert.equal(computeDeadline(timed, [half], at('2026-11-01T11:50:00Z')).deadline, '2026-11-01T12:30:00.000Z')
  })
})

const moment = fc
  .date({ min: new Date('2026-01-01T00:00Z'), max: new Date('2027-12-31T00:00Z'), noInvalidDate: true })
  .chain((date) => fc.constantFrom(date.toISOString(), date.toISOString().slice(0, 16)))
const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: null })
const anyRule = fc.record({
  timeZone: fc.constantFrom(...Intl.supportedValuesOf('timeZone')),
  opens: maybe(moment),
  due: maybe(moment),
  closes: maybe(moment),
  timeLimitSeconds: maybe(fc.integer({ min: 1, max: 100_000 })),
  graceSeconds: fc.integer({ min: 0, max: 300 }),
})
const anyAccommodation: fc.Arbitrary<Accommodation> = fc.record({
  scope: fc.constantFrom('course' as const, 'item' as const),
  timeFactor: maybe(fc.integer({ min: 10_000, max: 40_000 })),
  extraMinutes: fc.integer({ min: 0, max: 120 }),
  extraDays: fc.integer({ min: 0, max: 30 }),
  opens: maybe(moment),
  due: maybe(moment),
  closes: maybe(moment),
})
const anyStart = maybe(fc.date({ min: new Date('2026-01-01'), max: new Date('2027-12-31'), noInvalidDate: true }))

describe('properties', () => {
  const granted = fc.array(anyAccommodation, { maxLength: 3 })

  test('one accommodation more never takes anything away', () => {
    fc.assert(
      fc.property(anyRule, granted, anyAccommodation, anyStart, (rule, before, more, startedAt) => {
        const calculate = createDeadlineCalculator(rule)
        requireMore(calculate(before, { startedAt }), calculate([...before, more], { startedAt }))
      }),
      { numRuns: 1500, seed: 20_261_124 },
    )
  })

  test('a more generous accommodation never gives less than a meaner one', () => {
    const growth = fc.record({ factor: fc.nat(20_000), minutes: fc.nat(90), days: fc.nat(20) })
    fc.assert(
      fc.property(anyRule, anyAccommodation, growth, anyStart, (rule, mean, { factor, minutes, days }, startedAt) => {
        const generous = {
          ...mean,
          timeFactor: (mean.timeFactor ?? 10_000) + factor,
          extraMinutes: mean.extraMinutes + minutes,
          extraDays: mean.extraDays + days,
        }
        const calculate = createDeadlineCalculator(rule)
        requireMore(calculate([mean], { startedAt }), calculate([generous], { startedAt }))
      }),
      { numRuns: 1500, seed: 20_261_124 },
    )
  })

  test('the order of accommodations does not matter, and the last step about a date is the result', () => {
    fc.assert(
      fc.property(anyRule, granted, anyStart, (rule, accommodations, startedAt) => {
        const { steps, ...result } = computeDeadline(rule, accommodations, { startedAt })
        const { steps: _, ...reversed } = computeDeadline(rule, [...accommodations].reverse(), { startedAt })
        assert.deepEqual(reversed, result)
        const lastAbout = (about: string) => steps.findLast((one) => one.about === about)?.at ?? null
        assert.equal(lastAbout('opens'), result.opensAt)
        assert.equal(lastAbout('due'), result.dueAt)
        assert.equal(lastAbout('closes'), result.closesAt)
        assert.equal(lastAbout('deadline'), result.deadline)
      }),
      { numRuns: 1000, seed: 20_261_124 },
    )
  })
})

describe('a rule', () => {
  const refuses = (changes: Partial<DeadlineRule>, pattern: RegExp) =>
    assert.throws(() => checkRule({ ...plain, ...changes }), pattern)

  test('is refused when its dates do not exist or are in the wrong order, with the field and what it breaks', () => {
    refuses({ due: '2026-02-30T12:00' }, /\/body\/due is no date of the calendar/)
    refuses({ due: '2026-02-20T24:30' }, /\/body\/due is no date of the calendar/)
    refuses({ due: 'tomorrow' }, /\/body\/due must be a date-time such as/)
    refuses({ due: '2026-02-20T12:00+25:00' }, /\/body\/due has an offset that does not exist/)
    refuses({ timeZone: 'Europe/Atlantis' }, /\/body\/timeZone must be the IANA name/)
    refuses({ opens: '2026-02-02T12:00', due: '2026-02-02T12:00' }, /\/body\/due must be after opens/)
    refuses({ due: '2026-02-02T12:00', closes: '2026-02-02T11:00' }, /\/body\/closes must not be before due/)
    checkRule({ ...plain, opens: '2026-02-01T12:00', due: '2026-02-02T12:00', closes: '2026-02-02T12:00' })
  })
})

/** Null means that nothing ends it, but for the opening, where it means that it is open already. */
function requireMore(before: Deadline, after: Deadline): void {
  const end = (value: string | null) => (value === null ? Number.POSITIVE_INFINITY : Date.parse(value))
  for (const field of ['dueAt', 'closesAt', 'deadline', 'acceptedUntil'] as const) {
    assert.ok(end(after[field]) >= end(before[field]), `${field}: ${after[field]} is before ${before[field]}`)
  }
  const start = (value: string | null) => (value === null ? Number.NEGATIVE_INFINITY : Date.parse(value))
  assert.ok(start(after.opensAt) <= start(before.opensAt), 'opensAt')
  assert.ok((after.timeLimitSeconds ?? 0) >= (before.timeLimitSeconds ?? 0), 'timeLimitSeconds')
}
