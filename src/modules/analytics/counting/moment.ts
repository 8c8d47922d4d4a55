const DAY_MS = 24 * 60 * 60 * 1000

/** How many days the daily series go back, today included. */
export const SERIES_DAYS = 90
/** A student who has been silent for so long, in a course that is not completed, needs attention. */
export const SILENT_DAYS = 14

/** The UTC calendar day, `YYYY-MM-DD`. */
export function utcDayOf(at: Date): string {
  return at.toISOString().slice(0, 10)
}

/** The day so many days before that of `at`. */
export function dayBefore(at: Date, days: number): string {
  return utcDayOf(new Date(at.getTime() - days * DAY_MS))
}

/** The first moment of a UTC day. */
export function startOf(day: string): string {
  return `${day}T00:00:00.000Z`
}

/** The last `SERIES_DAYS` days, oldest first. */
export function seriesDays(at: Date): string[] {
  return Array.from({ length: SERIES_DAYS }, (_, index) => dayBefore(at, SERIES_DAYS - 1 - index))
}

/** The moments that the numbers of one run depend on, as they are written in SQL. */
export function momentsOf(at: Date) {
  return {
    present: at.toISOString(),
    /** Activity since then is of the last 7, or 30, days, today included. */
    week: startOf(dayBefore(at, 6)),
    month: startOf(dayBefore(at, 29)),
    silent: new Date(at.getTime() - SILENT_DAYS * DAY_MS).toISOString(),
  }
}
