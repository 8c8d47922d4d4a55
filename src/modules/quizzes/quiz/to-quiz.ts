import { formatDecimal, parseDecimal } from '#platform/decimal/decimal.ts'
import { pointsOfQuiz } from '../grades.ts'
import type { QuizItemRow, QuizRow } from './queries.ts'
import type { MyAttempts, Quiz, QuizItem } from './schemas.ts'

export interface QuizView {
  /** With its questions. */
  readonly isStaff: boolean
  /** Instructions are part of the lesson: for whom it is open. */
  readonly showsInstructions: boolean
  readonly mine: MyAttempts | null
}

/** The quiz on the wire, as somebody may see it. */
export function toQuiz(
  row: QuizRow,
  items: readonly QuizItemRow[],
  { isStaff, showsInstructions, mine }: QuizView,
): Quiz {
  return {
    id: row.id,
    courseId: row.course_id,
    lessonId: row.lesson_id,
    title: row.title,
    instructions: showsInstructions ? row.instructions : '',
    mode: row.mode,
    timeZone: row.time_zone,
    opens: row.opens,
    closes: row.closes,
    timeLimitSeconds: row.time_limit_seconds,
    graceSeconds: row.grace_seconds,
    attemptsAllowed: row.attempts_allowed,
    passingPercent: row.passing_percent === null ? null : formatDecimal(row.passing_percent),
    attemptsCount: row.attempts_count,
    shuffleQuestions: row.shuffle_questions,
    resultsShow: row.results_show,
    resultsWhen: row.results_when,
    questionCount: items.reduce((sum, { draw_count: count }) => sum + (count ?? 1), 0),
    pointsPossible: formatDecimal(pointsOfQuiz(items)),
    items: isStaff ? items.map(toItem) : null,
    mine,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

function toItem(row: QuizItemRow): QuizItem {
  const points = formatDecimal(row.points)
  return row.question_id === null
    ? { kind: 'draw', bankId: row.bank_id ?? '', tag: row.tag, count: row.draw_count ?? 0, points }
    : { kind: 'question', questionId: row.question_id, points }
}

export function toItemRow(quizId: string, item: QuizItem, position: number): QuizItemRow {
  const isDraw = item.kind === 'draw'
  return {
    quiz_id: quizId,
    position,
    question_id: isDraw ? null : item.questionId,
    bank_id: isDraw ? item.bankId : null,
    tag: isDraw ? (item.tag ?? null) : null,
    draw_count: isDraw ? item.count : null,
    points: parseDecimal(item.points),
  }
}
