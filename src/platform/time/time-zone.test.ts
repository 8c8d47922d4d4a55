import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isTimeZone, openTimeZone } from './time-zone.ts'

const SECOND = 1000
const DAY = 24 * 60 * 60 * SECOND
const FROM = Date.UTC(2000, 0, 1)
const TO = Date.UTC(2038, 0, 1)

/** A change of the clocks: until `at` they are `before` ms ahead of UTC, from then on `after`. */
interface Change {
  readonly at: number
  readonly before: number
  readonly after: number
}

test('every change of every clock on earth since 2000: skipped times move on, of repeated ones the first counts', () => {
  let changes = 0
  for (const name of Intl.supportedValuesOf('timeZone')) {
    const zone = openTimeZone(name)
    for (const { at, before, after } of changesOf(name)) {
      changes++
      const [low, high] = [Math.min(before, after), Math.max(before, after)]
      const check = (shown: number, ms: number, clocks: string) => {
        const local = new Date(shown).toISOString().slice(0, 19)
        assert.deepEqual(zone.instantOf(local), { ms, clocks }, `${local} in ${name}`)
      }
      // Skipped and repeated times alike: counted with the offset from before the change.
      const clocks = after > before ? 'skipped' : 'repeated'
      for (const shown of [at + low, at + (low + high) / 2, at + high - SECOND]) check(shown, shown - before, clocks)
      check(at + low - SECOND, at + low - SECOND - before, 'regular')
      check(at + high, at + high - after, 'regular')
    }
  }
  assert.ok(changes > 5000, `${changes} changes were found`)
})

test('what clocks show at an instant leads back to it, in every zone, unless it is shown again', () => {
  for (const name of Intl.supportedValuesOf('timeZone')) {
    const zone = openTimeZone(name)
    for (let ms = FROM; ms < TO; ms += 97 * DAY + 12_347 * SECOND) {
      const found = zone.instantOf(zone.localAt(ms))
      assert.notEqual(found.clocks, 'skipped')
      if (found.clocks === 'regular') assert.equal(found.ms, ms, `${zone.localAt(ms)} in ${name}`)
      else assert.ok(found.ms <= ms)
    }
  }
})

describe('by the calendar', () => {
  const berlin = openTimeZone('Europe/Berlin')
  const instant = (local: string) => new Date(berlin.instantOf(local).ms).toISOString()

  test('the last minute of a day on which clocks change is that of local time', () => {
    assert.equal(instant('2026-10-25T23:59'), '2026-10-25T22:59:00.000Z')
    assert.equal(instant('2026-10-24T23:59'), '2026-10-24T21:59:00.000Z')
    assert.equal(instant('2026-03-29T23:59'), '2026-03-29T21:59:00.000Z')
  })

  test('a week later is the same time of day, whatever the clocks did meanwhile', () => {
    const weekLater = berlin.addDays(berlin.instantOf('2026-10-20T18:00').ms, 7)
    assert.equal(berlin.localAt(weekLater), '2026-10-27T18:00:00')
  })

  test('a whole day that a country skipped moves on by a day', () => {
    const { ms, clocks } = openTimeZone('Pacific/Apia').instantOf('2011-12-30T12:00')
    assert.deepEqual([new Date(ms).toISOString(), clocks], ['2011-12-30T22:00:00.000Z', 'skipped'])
  })
})

test('what is no IANA name is no time zone', () => {
  for (const name of ['Europe/Berlin', 'UTC', 'Asia/Kathmandu']) assert.equal(isTimeZone(name), true, name)
  for (const name of ['Europe/Atlantis', '+02:00', '', 'CET+1']) assert.equal(isTimeZone(name), false, name)
})

/** Found without the code under test: the offset is read as the platform prints it, and bisected to the second. */
function changesOf(timeZone: string): Change[] {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
  const offsetAt = (ms: number) => {
    const [, sign, hours, minutes, seconds = '0'] = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?/.exec(format.format(ms)) ?? []
    const size = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60 + Number(seconds)
    return (sign === '-' ? -size : size) * SECOND
  }
  const changes: Change[] = []
  for (let start = FROM, before = offsetAt(start); start < TO; start += 9 * DAY) {
    const after = offsetAt(start + 9 * DAY)
    if (after === before) continue
    let [low, high] = [start, start + 9 * DAY]
    while (high - low > SECOND) {
      const middle = low + Math.floor((high - low) / SECOND / 2) * SECOND
      if (offsetAt(middle) === before) low = middle
      else high = middle
    }
    changes.push({ at: high, before, after })
    before = after
  }
  return changes
}
