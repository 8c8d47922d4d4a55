import type { JobDefinition, JobPayload } from './job.ts'

/** When a recurring job is due: every so many seconds, or once a day at a time of day in UTC (`HH:MM`). */
export type Schedule = { readonly everySeconds: number } | { readonly dailyAt: `${number}:${number}` }

export interface RecurringJob {
  readonly job: JobDefinition
  readonly schedule: Schedule
  readonly payload: unknown
}

/** A job that is enqueued once per period, however many processes run; after a pause once, not once per missed period. */
export function defineRecurring<J extends JobDefinition>(
  definition: { readonly job: J; readonly payload: JobPayload<J> } & Schedule,
): RecurringJob {
  const { job, payload, ...schedule } = definition
  if (!isPossible(schedule)) throw new Error(`The schedule of ${job.name} is impossible: ${JSON.stringify(schedule)}`)
  return { job, payload, schedule }
}

function isPossible(schedule: Schedule): boolean {
  if ('everySeconds' in schedule) return Number.isInteger(schedule.everySeconds) && schedule.everySeconds > 0
  return /^([01]\d|2[0-3]):[0-5]\d$/.test(schedule.dailyAt)
}

/** The first due time after `now`. Periods in seconds keep the beat of `previous`, a due time of the past. */
export function nextDue(schedule: Schedule, now: Date, previous: Date = now): Date {
  if ('everySeconds' in schedule) {
    const period = schedule.everySeconds * 1000
    const missed = Math.floor((now.getTime() - previous.getTime()) / period)
    return new Date(previous.getTime() + (missed + 1) * period)
  }
  const [hours = 0, minutes = 0] = schedule.dailyAt.split(':').map(Number)
  const today = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate(), hours, minutes)
  return new Date(today > now.getTime() ? today : today + 24 * 60 * 60 * 1000)
}
