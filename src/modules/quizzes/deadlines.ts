import type { Kysely } from 'kysely'
import {
  createDeadlineCalculator,
  type Deadline,
  type DeadlineRule,
  selectAccommodations,
  selectAccommodationsOfItem,
} from '#modules/deadlines/index.ts'
import type { Database } from '../../database.ts'
import type { QuizRow } from './quiz/queries.ts'

type Executor = Kysely<Database>

/** When a quiz is open, for the one calculator of deadlines. */
export function ruleOf(quiz: QuizRow): DeadlineRule {
  return {
    timeZone: quiz.time_zone,
    opens: quiz.opens,
    due: null,
    closes: quiz.closes,
    timeLimitSeconds: quiz.time_limit_seconds,
    graceSeconds: quiz.grace_seconds,
  }
}

/** The dates of one student, and with `startedAt` the end of an attempt that begins then. */
export async function deadlineFor(
  db: Executor,
  quiz: QuizRow,
  studentId: string,
  startedAt: Date | null,
): Promise<Deadline> {
  const granted = await selectAccommodations(db, {
    courseId: quiz.course_id,
    userId: studentId,
    itemId: quiz.lesson_id,
  })
  return createDeadlineCalculator(ruleOf(quiz))(granted, { startedAt })
}

/** From when on no student can answer any more, whatever he was granted; null: never, since the quiz does not close. */
export async function lastAnswerTime(db: Executor, quiz: QuizRow): Promise<string | null> {
  if (quiz.closes === null) return null
  const granted = await selectAccommodationsOfItem(db, { courseId: quiz.course_id, itemId: quiz.lesson_id })
  const calculate = createDeadlineCalculator(ruleOf(quiz))
  const ends = [[], ...granted.values()].flatMap((accommodations) => {
    const { closesAt } = calculate(accommodations, { startedAt: null })
    if (closesAt === null) return []
    // Whoever begins in the last moment has until then.
    return calculate(accommodations, { startedAt: new Date(closesAt) }).acceptedUntil ?? closesAt
  })
  return ends.reduce((last, one) => (one > last ? one : last), '')
}
