import { checkRule, computeDeadline } from '#modules/deadlines/index.ts'
import { parseDecimal } from '#platform/decimal/decimal.ts'
import { type FieldError, invalidRequest } from '#platform/http/problems.ts'
import type { RubricCriterion } from '../tables.ts'
import type { AssignmentBody } from './schemas.ts'

const HUNDRED = parseDecimal('100')

/** What is stored of a body; a 400 names every field that does not fit the others. */
export function valuesOf(input: AssignmentBody, defaultTimeZone: string) {
  const { acceptsText = true, filesMax = 0, latePolicy = 'accept', graceSeconds = 0, rubric = null } = input
  const { opens = null, due = null, closes = null, timeZone = defaultTimeZone, releasesAtOnce = true } = input
  const points = parseDecimal(input.pointsPossible)
  const passPoints = decimalOrNull(input.passPoints)
  const late = { perDay: decimalOrNull(input.latePercentPerDay), max: decimalOrNull(input.latePercentMax) }
  const errors: FieldError[] = []
  const refuse = (field: string, message: string) => void errors.push({ pointer: `/body/${field}`, message })
  if (points === 0) refuse('pointsPossible', 'must be more than 0')
  if (passPoints !== null && passPoints > points) refuse('passPoints', 'must not be more than pointsPossible')
  if (!acceptsText && filesMax === 0) refuse('acceptsText', 'must be true where no files are accepted')
  if (latePolicy === 'penalty') {
    if (!late.perDay) refuse('latePercentPerDay', 'must be more than 0 with the latePolicy “penalty”')
  } else if (late.perDay !== null || late.max !== null) {
    refuse('latePercentPerDay', 'belongs, with latePercentMax, to the latePolicy “penalty” only')
  }
  if ((late.perDay ?? 0) > HUNDRED) refuse('latePercentPerDay', 'must not be more than 100')
  if ((late.max ?? 0) > HUNDRED) refuse('latePercentMax', 'must not be more than 100')
  if (rubric) addRubricFaults(rubric, points, refuse)
  if (errors.length > 0) throw invalidRequest({ errors })
  const dates = { timeZone, opens, due, closes }
  checkRule(dates)
  const rule = { ...dates, timeLimitSeconds: null, graceSeconds }
  return {
    instructions: input.instructions,
    points_possible: points,
    pass_points: passPoints,
    accepts_text: acceptsText,
    files_max: filesMax,
    time_zone: timeZone,
    opens,
    due,
    closes,
    grace_seconds: graceSeconds,
    late_policy: latePolicy,
    late_percent_per_day: late.perDay,
    late_percent_max: late.max,
    releases_at_once: releasesAtOnce,
    rubric: rubric && JSON.stringify(rubric),
    due_at: computeDeadline(rule, [], { startedAt: null }).dueAt,
  }
}

function addRubricFaults(
  rubric: readonly RubricCriterion[],
  points: number,
  refuse: (field: string, message: string) => void,
): void {
  if (hasTwins(rubric)) refuse('rubric', 'must not use an id twice')
  for (const [index, { levels }] of rubric.entries()) {
    if (hasTwins(levels)) refuse(`rubric/${index}/levels`, 'must not use an id twice')
  }
  const best = rubric.map(({ levels }) => Math.max(...levels.map((level) => parseDecimal(level.points))))
  if (best.reduce((sum, one) => sum + one, 0) !== points) {
    refuse('rubric', 'must sum up to pointsPossible when each criterion has its best level')
  }
}

function hasTwins(parts: readonly { readonly id: string }[]): boolean {
  return new Set(parts.map(({ id }) => id)).size < parts.length
}

function decimalOrNull(text: string | null | undefined): number | null {
  return text == null ? null : parseDecimal(text)
}
