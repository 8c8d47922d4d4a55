import { RecentlyUsed } from '#platform/cache/recently-used.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** What clocks show somewhere: `YYYY-MM-DDTHH:MM`, seconds optional, without an offset. */
export type LocalTime = string

export interface FoundInstant {
  /** Milliseconds since 1970, UTC. */
  readonly ms: number
  /** `skipped`: clocks jump over this time, so it counts as much later. `repeated`: they show it twice; the first counts. */
  readonly clocks: 'regular' | 'skipped' | 'repeated'
}

/** Translates between instants and what clocks show in one IANA time zone. */
export interface TimeZone {
  readonly name: string
  /**
   * The instant at which clocks show `local`. A time that they skip counts as if they had not (02:30 becomes 03:30), of
   * one that they show twice the first counts: “compatible” in the words of ECMAScript's Temporal and of RFC 5545.
   */
  instantOf(local: LocalTime): FoundInstant
  /** What clocks show at an instant, with seconds. */
  localAt(ms: number): LocalTime
  /** The same time of day so many calendar days later. */
  addDays(ms: number, days: number): number
}

// Making one costs a tenth of a millisecond, and an institution has a few.
const opened = new RecentlyUsed<TimeZone>(100)

/** The zone of this IANA name; throws a RangeError for what is none. */
export function openTimeZone(name: string): TimeZone {
  const known = opened.get(name)
  if (known) return known
  const zone = makeTimeZone(name)
  opened.set(name, zone)
  return zone
}

function makeTimeZone(name: string): TimeZone {
  if (!/^[A-Za-z]/.test(name)) throw new RangeError(`${name} is no IANA time zone`)
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })

  /** What clocks show, as if it were UTC. */
  function shownAt(ms: number): number {
    const [month = 0, day = 0, year = 0, hour = 0, minute = 0, second = 0] = format
      .format(ms)
      .split(/[/,: ]+/)
      .map(Number)
    return Date.UTC(year, month - 1, day, hour, minute, second)
  }

  function instantOf(local: LocalTime): FoundInstant {
    const shown = Date.parse(`${local}Z`)
    // No clock changes twice within two days, so that one of its offsets then is the right one, if any is.
    const [before, after] = [offsetAt(shown - DAY_MS), offsetAt(shown + DAY_MS)]
    const found = [shown - before, shown - after].filter((ms) => shownAt(ms) === shown)
    if (found.length === 0) return { ms: shown - before, clocks: 'skipped' }
    return { ms: Math.min(...found), clocks: before !== after && found.length === 2 ? 'repeated' : 'regular' }
  }

  const offsetAt = (ms: number) => shownAt(ms) - ms
  const localAt = (ms: number) => new Date(shownAt(ms)).toISOString().slice(0, 19)

  function addDays(ms: number, days: number): number {
    const there = new Date(shownAt(ms) + days * DAY_MS).toISOString().slice(0, 19)
    return instantOf(there).ms
  }

  return { name, instantOf, localAt, addDays }
}

/** True for the IANA name of a time zone. */
export function isTimeZone(name: string): boolean {
  try {
    openTimeZone(name)
    return true
  } catch {
    return false
  }
}
