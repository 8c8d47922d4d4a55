import { Type } from 'typebox'
import { isTimeZone, type TimeZone } from '#platform/time/time-zone.ts'

const PATTERN = /^(2\d{3}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?)(\.\d{1,3})?(Z|[+-]\d\d:\d\d)?$/

/**
 * A point in time as its author wrote it: with an offset or `Z` an instant, without one what clocks show in the time
 * zone of the item. Kept as written: when a country changes its rules, 23:59 stays 23:59.
 */
export const Moment = Type.String({
  maxLength: 40,
  pattern: PATTERN.source,
  description:
    'With `Z` or an offset an instant; without, the local time in `timeZone`. A time that clocks skip counts as if they had not; of one they show twice, the first counts.',
  examples: ['2026-10-25T23:59', '2026-10-25T22:59:00Z'],
})

export const TimeZoneName = Type.String({
  minLength: 1,
  maxLength: 64,
  description: 'IANA name. Local times are meant there.',
  examples: ['Europe/Berlin'],
})

/** What is wrong with a moment, in words; undefined: nothing. */
export function momentFault(text: string): string | undefined {
  const [, local, , offset] = PATTERN.exec(text) ?? []
  if (local === undefined) return 'must be a date-time such as 2026-10-25T23:59 or 2026-10-25T22:59:00Z'
  const asUtc = Date.parse(`${local}Z`)
  // Date.parse moves the 30th of February to March.
  if (Number.isNaN(asUtc) || !new Date(asUtc).toISOString().startsWith(local)) return 'is no date of the calendar'
  if (offset !== undefined && Number.isNaN(Date.parse(text))) return 'has an offset that does not exist'
  return undefined
}

export function timeZoneFault(name: string): string | undefined {
  return isTimeZone(name) ? undefined : 'must be the IANA name of a time zone, such as Europe/Berlin'
}

export interface ReadMoment {
  readonly ms: number
  /** How it reads: the local time with its zone where one was given, and the instant. */
  readonly text: string
  /** Set when clocks skip or repeat the local time: the rule that was used. */
  readonly note: string | undefined
}

/** The instant that a moment stands for. `zone` is opened only when it is needed. */
export function readMoment(text: string, zone: () => TimeZone): ReadMoment {
  if (/(Z|[+-]\d\d:\d\d)$/.test(text)) {
    const ms = Date.parse(text)
    return { ms, text: instantText(ms), note: undefined }
  }
  const { name, instantOf, localAt } = zone()
  const { ms, clocks } = instantOf(text)
  return {
    ms,
    text: `${text.replace('T', ' ')} in ${name} (${instantText(ms)})`,
    note: {
      regular: undefined,
      skipped: `Clocks in ${name} skip this time that day, so it counts as ${localAt(ms).slice(11, 16)}.`,
      repeated: `Clocks in ${name} show this time twice that day; the first counts.`,
    }[clocks],
  }
}

/** An instant for people: no milliseconds where there are none. */
export function instantText(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z')
}
