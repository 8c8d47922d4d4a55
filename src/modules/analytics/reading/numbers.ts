import type { Selectable } from 'kysely'
import { seriesDays } from '../counting/moment.ts'
import type { DayNumbers, RatingSummary } from '../schemas.ts'
import type { AnalyticsDatabase } from '../tables.ts'

/** `sum` for each of `count`, with two decimals; 0 of nothing. */
export function perEach(sum: number, count: number): number {
  return count === 0 ? 0 : Math.round((sum / count) * 100) / 100
}

type Statistics = Pick<
  AnalyticsDatabase['course_statistics'],
  'enrolled' | 'active' | 'completed' | 'percent_sum' | 'active_7_days' | 'active_30_days' | 'needs_attention'
>

/** What every view of a course says of it; `undefined`: it was not counted yet. */
export function courseNumbers(row: { [K in keyof Statistics]: Statistics[K] | null } | undefined) {
  const enrolled = row?.enrolled ?? 0
  const completed = row?.completed ?? 0
  return {
    enrolled,
    active: row?.active ?? 0,
    completed,
    activeLast7Days: row?.active_7_days ?? 0,
    activeLast30Days: row?.active_30_days ?? 0,
    needsAttention: row?.needs_attention ?? 0,
    completionPercent: perEach(completed * 100, enrolled),
    averagePercent: perEach(row?.percent_sum ?? 0, enrolled),
  }
}

export function ratingOf(row: { review_count: number | null; rating_sum: number | null } | undefined): RatingSummary {
  const reviews = row?.review_count ?? 0
  return { average: reviews === 0 ? null : perEach(row?.rating_sum ?? 0, reviews), reviews }
}

/** The days of a series up to `now`; those without a row are zeros. */
export function toSeries(rows: readonly Selectable<AnalyticsDatabase['system_day']>[], now: Date): DayNumbers[] {
  const byDay = new Map(rows.map((row) => [row.day, row]))
  return seriesDays(now).map((day) => {
    const row = byDay.get(day)
    return {
      day,
      enrollments: row?.enrollments ?? 0,
      completions: row?.completions ?? 0,
      activeStudents: row?.active_students ?? 0,
      lessonsCompleted: row?.lessons_completed ?? 0,
    }
  })
}
