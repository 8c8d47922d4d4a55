import { checkRule } from '#modules/deadlines/index.ts'
import { formatDecimal, parseDecimal } from '#platform/decimal/decimal.ts'
import { type FieldError, invalidRequest } from '#platform/http/problems.ts'
import type { QuizRow } from './queries.ts'
import type { ChangeQuizBody } from './schemas.ts'

type Settings = Omit<QuizRow, 'id' | 'course_id' | 'lesson_id' | 'created_at' | 'updated_at' | 'version'>

const HUNDRED_PERCENT = parseDecimal('100')

/** A quiz for which its author has wished nothing. */
export function defaultSettings(title: string, timeZone: string): Settings {
  return {
    title,
    instructions: '',
    mode: 'graded',
    time_zone: timeZone,
    opens: null,
    closes: null,
    time_limit_seconds: null,
    grace_seconds: 30,
    attempts_allowed: 1,
    passing_percent: null,
    attempts_count: 'best',
    shuffle_questions: false,
    results_show: 'score',
    results_when: 'immediately',
  }
}

/** The settings after a change; a 400 names what does not exist or does not fit together. */
export function changedSettings(before: Settings, change: ChangeQuizBody): Settings {
  const { passingPercent: percent } = change
  const settings: Settings = {
    title: change.title?.trim() ?? before.title,
    instructions: change.instructions ?? before.instructions,
    mode: change.mode ?? before.mode,
    time_zone: change.timeZone ?? before.time_zone,
    opens: wanted(change.opens, before.opens),
    closes: wanted(change.closes, before.closes),
    time_limit_seconds: wanted(change.timeLimitSeconds, before.time_limit_seconds),
    grace_seconds: change.graceSeconds ?? before.grace_seconds,
    attempts_allowed: wanted(change.attemptsAllowed, before.attempts_allowed),
    passing_percent: wanted(typeof percent === 'string' ? parseDecimal(percent) : percent, before.passing_percent),
    attempts_count: change.attemptsCount ?? before.attempts_count,
    shuffle_questions: change.shuffleQuestions ?? before.shuffle_questions,
    results_show: change.resultsShow ?? before.results_show,
    results_when: change.resultsWhen ?? before.results_when,
  }
  checkRule({ timeZone: settings.time_zone, opens: settings.opens, due: null, closes: settings.closes })
  const errors = faultsOf(settings)
  if (errors.length > 0) throw invalidRequest({ errors })
  return settings
}

function faultsOf(settings: Settings): FieldError[] {
  const errors: FieldError[] = []
  if (settings.passing_percent !== null && settings.passing_percent > HUNDRED_PERCENT) {
    errors.push({ pointer: '/body/passingPercent', message: `must be at most ${formatDecimal(HUNDRED_PERCENT)}` })
  }
  if (settings.results_when === 'after-close' && settings.closes === null) {
    errors.push({ pointer: '/body/resultsWhen', message: 'can be after-close only with a date in closes' })
  }
  return errors
}

function wanted<T>(given: T | undefined, before: T): T {
  return given === undefined ? before : given
}
