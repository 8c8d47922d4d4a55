import type { TimeZone } from '#platform/time/time-zone.ts'
import type { Accommodation } from './accommodation.ts'
import { type DeadlineStep, Steps } from './explanation.ts'
import { instantText, readMoment } from './moment.ts'
import { type DeadlineRule, lazyZone } from './rule.ts'

/** What the calculator found, as instants (ISO 8601, UTC). Null: there is none. */
export interface Deadline {
  readonly opensAt: string | null
  /** Later is late. */
  readonly dueAt: string | null
  /** The last moment to begin an attempt; without a time limit also the last to hand in. */
  readonly closesAt: string | null
  /** Of one attempt, extra time included. */
  readonly timeLimitSeconds: number | null
  /** The end of this attempt, or of handing in. Null while a timed attempt has not begun, and where nothing ends. */
  readonly deadline: string | null
  /** The deadline with its grace: until then what was on its way is accepted. */
  readonly acceptedUntil: string | null
  /** How all this comes about, in the order of the calculation. */
  readonly steps: readonly DeadlineStep[]
}

export interface DeadlineContext {
  /** When the attempt began; null: not yet, or there are no attempts. */
  readonly startedAt: Date | null
}

/** The deadlines of one item for anybody: what all students have in common is calculated once. */
export type DeadlineCalculator = (accommodations: readonly Accommodation[], context: DeadlineContext) => Deadline

/** For one student. Pure: the same input gives the same result, and more accommodation never an earlier deadline. */
export function computeDeadline(
  rule: DeadlineRule,
  accommodations: readonly Accommodation[],
  context: DeadlineContext,
): Deadline {
  return createDeadlineCalculator(rule)(accommodations, context)
}

/** For many students of one item. */
export function createDeadlineCalculator(rule: DeadlineRule): DeadlineCalculator {
  const zone = lazyZone(rule.timeZone)
  const read = (moment: string | null) => (moment === null ? undefined : readMoment(moment, zone))
  const written = { opens: read(rule.opens), due: read(rule.due), closes: read(rule.closes) }

  return (accommodations, { startedAt }) => {
    const steps = new Steps()
    const opens = openingOf(steps, written.opens, accommodations, zone)
    const due = endOf(steps, 'due', written.due, accommodations, zone)
    const closes = notBefore(steps, endOf(steps, 'closes', written.closes, accommodations, zone), due)
    const limit = limitOf(steps, rule.timeLimitSeconds, accommodations)
    const end = attemptEnd(steps, closes, limit, startedAt)
    const acceptedUntil = end === undefined ? undefined : end + rule.graceSeconds * 1000
    if (acceptedUntil !== undefined && rule.graceSeconds > 0) {
      steps.add('grace', acceptedUntil, `What is on its way then is accepted ${rule.graceSeconds} s longer.`)
    }
    return {
      opensAt: toIso(opens),
      dueAt: toIso(due),
      closesAt: toIso(closes),
      timeLimitSeconds: limit === undefined ? null : limit.seconds,
      deadline: toIso(end),
      acceptedUntil: toIso(acceptedUntil),
      steps: steps.all,
    }
  }
}

type Written = ReturnType<typeof readMoment> | undefined

function openingOf(
  steps: Steps,
  written: Written,
  accommodations: readonly Accommodation[],
  zone: () => TimeZone,
): number | undefined {
  steps.addWritten('opens', written)
  let opens = written?.ms
  for (const one of accommodations) {
    if (one.opens === null || opens === undefined) continue
    const moved = readMoment(one.opens, zone)
    const isMore = moved.ms < opens
    if (isMore) opens = moved.ms
    steps.addMoved('opens', opens, one, moved.text, isMore, moved.note)
  }
  return opens
}

/** Days are counted from what the author wrote; of all that is granted, the latest holds. */
function endOf(
  steps: Steps,
  field: 'due' | 'closes',
  written: Written,
  accommodations: readonly Accommodation[],
  zone: () => TimeZone,
): number | undefined {
  steps.addWritten(field, written)
  if (written === undefined) return undefined
  let end = written.ms
  for (const one of accommodations) {
    if (one.extraDays > 0) {
      const later = zone().addDays(written.ms, one.extraDays)
      const isMore = later > end
      end = Math.max(end, later)
      const days = `${one.extraDays} calendar day${one.extraDays === 1 ? '' : 's'} later, ${instantText(later)}`
      steps.addMoved(field, end, one, days, isMore)
    }
    const alternative = one[field]
    if (alternative === null) continue
    const moved = readMoment(alternative, zone)
    const isMore = moved.ms > end
    end = Math.max(end, moved.ms)
    steps.addMoved(field, end, one, moved.text, isMore, moved.note)
  }
  return end
}

/** Who may hand in until later without being late may also hand in until then. */
function notBefore(steps: Steps, closes: number | undefined, due: number | undefined): number | undefined {
  if (closes === undefined || due === undefined || closes >= due) return closes
  steps.add('closes', due, `It never closes before it is due, so it closes at ${instantText(due)}.`)
  return due
}

interface Limit {
  readonly seconds: number
  /** Of `seconds`, what accommodations have added. */
  readonly extraSeconds: number
}

/** The largest factor and the most minutes that any accommodation grants, first the one, then the other. */
function limitOf(steps: Steps, seconds: number | null, accommodations: readonly Accommodation[]): Limit | undefined {
  if (seconds === null) return undefined
  steps.add('time-limit', null, `An attempt takes at most ${seconds} s.`)
  const factor = Math.max(FACTOR_ONE, ...accommodations.map((one) => one.timeFactor ?? FACTOR_ONE))
  const minutes = Math.max(0, ...accommodations.map((one) => one.extraMinutes))
  const scaled = Math.ceil((seconds * factor) / FACTOR_ONE)
  const all = scaled + minutes * 60
  if (factor > FACTOR_ONE) {
    steps.add('extra-time', null, `Accommodations multiply the time by ${factor / FACTOR_ONE}: ${scaled} s.`)
  }
  if (minutes > 0) steps.add('extra-time', null, `Accommodations add ${minutes} min: ${all} s.`)
  return { seconds: all, extraSeconds: all - seconds }
}

/** A time factor of 1, as the Decimal it is stored as. */
const FACTOR_ONE = 10_000

/**
 * The earlier of the end of the time and the closing. Extra time is not cut off by the closing: who begins while
 * everybody may has as much of his extra time as others of theirs.
 */
function attemptEnd(
  steps: Steps,
  closes: number | undefined,
  limit: Limit | undefined,
  startedAt: Date | null,
): number | undefined {
  if (limit === undefined) {
    steps.add('deadline', closes ?? null, closes === undefined ? 'Nothing ends it.' : 'It ends when it closes.')
    return closes
  }
  if (startedAt === null) {
    steps.add('deadline', null, 'The time starts with the attempt.')
    return undefined
  }
  const timeIsUp = startedAt.getTime() + limit.seconds * 1000
  steps.add(
    'time-limit',
    timeIsUp,
    `Begun at ${instantText(startedAt.getTime())}, the time is up at ${instantText(timeIsUp)}.`,
  )
  if (closes === undefined) {
    steps.add('deadline', timeIsUp, 'The attempt ends when its time is up.')
    return timeIsUp
  }
  const cut = closes + limit.extraSeconds * 1000
  if (limit.extraSeconds > 0) {
    steps.add(
      'extra-time',
      cut,
      `The extra time also counts after the closing: begun attempts end by ${instantText(cut)}.`,
    )
  }
  const end = Math.min(timeIsUp, cut)
  steps.add(
    'deadline',
    end,
    end === timeIsUp
      ? 'The attempt ends when its time is up.'
      : 'The attempt ends with the closing, before its time is up.',
  )
  return end
}

function toIso(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString()
}
