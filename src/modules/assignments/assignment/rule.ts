import type { DeadlineRule } from '#modules/deadlines/index.ts'
import { type Decimal, scaleDecimal } from '#platform/decimal/decimal.ts'
import type { AssignmentRow } from './queries.ts'

const DAY_MS = 24 * 60 * 60 * 1000
/** 100 percent, as a Decimal. */
const WHOLE = 1_000_000

/** When an assignment is open, for the calculator. Assignments have no attempts, so no time limit. */
export function ruleOf(row: AssignmentRow): DeadlineRule {
  return {
    timeZone: row.time_zone,
    opens: row.opens,
    due: row.due,
    closes: row.closes,
    timeLimitSeconds: null,
    graceSeconds: row.grace_seconds,
  }
}

/** Started days (24 hours) between the due date and `at`; 0: in time. */
export function lateDaysOf(dueAt: string | null, at: string): number {
  if (dueAt === null) return 0
  return Math.max(0, Math.ceil((Date.parse(at) - Date.parse(dueAt)) / DAY_MS))
}

type LatePolicy = Pick<AssignmentRow, 'late_policy' | 'late_percent_per_day' | 'late_percent_max' | 'points_possible'>

/** What being late costs: so many percent of the points possible a day, up to the maximum, never more than was earned. */
export function latePenaltyOf(policy: LatePolicy, points: Decimal, lateDays: number): Decimal {
  if (policy.late_policy !== 'penalty' || lateDays === 0) return 0
  const percent = Math.min((policy.late_percent_per_day ?? 0) * lateDays, policy.late_percent_max ?? WHOLE, WHOLE)
  return Math.min(points, scaleDecimal(policy.points_possible, percent, WHOLE))
}
