import type { Random } from './random.ts'

export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS

export const iso = (time: number): string => new Date(time).toISOString()

/** The UTC midnight that began the day of `time`. */
export function startOfDay(time: number): number {
  return Math.floor(time / DAY_MS) * DAY_MS
}

// Sunday first. Learning is for evenings in the week; Friday and Saturday belong to friends.
const appetite = [0.55, 0.8, 0.85, 0.75, 0.7, 0.35, 0.3]
const WEEKEND_HOURS = [10, 11, 13, 14, 15, 16, 17, 18, 19, 20]
const WORKDAY_HOURS = [8, 12, 13, 16, 17, 18, 18, 19, 19, 19, 20, 20, 20, 21, 21]

/** How much people want to learn on that day, from 0 to 1. */
export function appetiteOn(day: number): number {
  return appetite[new Date(day).getUTCDay()] ?? 0
}

/** A moment of that day at which somebody sits down to learn: mostly evenings, on weekends any time. */
export function sittingDown(random: Random, day: number): number {
  const weekday = new Date(day).getUTCDay()
  const hours = weekday === 0 || weekday === 6 ? WEEKEND_HOURS : WORKDAY_HOURS
  return day + random.pick(hours) * HOUR_MS + random.whole(0, HOUR_MS - 1)
}

/** A moment of that day at which an office works. */
export function officeHours(random: Random, day: number): number {
  return day + random.whole(8, 15) * HOUR_MS + random.whole(0, HOUR_MS - 1)
}
