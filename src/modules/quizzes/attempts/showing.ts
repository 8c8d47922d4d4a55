import type { Kysely } from 'kysely'
import { forReview, forStudent, type VersionOfQuestion } from '#modules/questions/index.ts'
import { formatDecimal } from '#platform/decimal/decimal.ts'
import type { Database } from '../../../database.ts'
import { lastAnswerTime } from '../deadlines.ts'
import type { QuizRow } from '../quiz/queries.ts'
import type { AnswerRow, AttemptRow } from './queries.ts'
import type { Attempt, AttemptQuestion, AttemptSummary } from './schemas.ts'

type Executor = Kysely<Database>

/** How much of an attempt somebody sees; each step contains those before it. */
export type Shown = Attempt['shown']

/** What a student sees of his attempt now, as the quiz wants it. Its staff sees everything. */
export async function shownToStudent(db: Executor, quiz: QuizRow, attempt: AttemptRow, at: Date): Promise<Shown> {
  if (attempt.status === 'open') return 'questions'
  if (quiz.results_when === 'never') return 'nothing'
  if (quiz.results_when === 'immediately') return quiz.results_show
  const last = await lastAnswerTime(db, quiz)
  return last !== null && last < at.toISOString() ? quiz.results_show : 'nothing'
}

export function toSummary(row: AttemptRow, shown: Shown): AttemptSummary {
  const isScored = shown !== 'questions' && shown !== 'nothing'
  return {
    id: row.id,
    quizId: row.quiz_id,
    enrollmentId: row.enrollment_id,
    studentId: row.student_id,
    number: row.number,
    status: row.status,
    startedAt: row.started_at,
    deadline: row.deadline_at,
    acceptedUntil: row.accepted_until,
    submittedAt: row.submitted_at,
    submittedBy: row.submitted_by,
    points: isScored && row.points !== null ? formatDecimal(row.points) : null,
    pointsPossible: formatDecimal(row.points_possible),
    isPassed: isScored ? row.is_passed : null,
  }
}

export function toAttempt(
  row: AttemptRow,
  answers: readonly AnswerRow[],
  versions: readonly VersionOfQuestion[],
  shown: Shown,
  at: Date,
): Attempt {
  const hasQuestions = shown === 'questions' || shown === 'answers' || shown === 'solutions'
  return {
    ...toSummary(row, shown),
    shown,
    lastSequence: answers.reduce((last, { sequence }) => Math.max(last, sequence), 0),
    questions: hasQuestions
      ? answers.flatMap((answer, index) => {
          const version = versions[index]
          return version ? [toQuestion(answer, version, row.seed, shown)] : []
        })
      : [],
    serverTime: at.toISOString(),
  }
}

function toQuestion(row: AnswerRow, version: VersionOfQuestion, seed: string, shown: Shown): AttemptQuestion {
  const isScored = shown === 'answers' || shown === 'solutions'
  return {
    position: row.position,
    question: forStudent(version, seed),
    pointsPossible: formatDecimal(row.points_possible),
    answer: row.answer,
    sequence: row.sequence,
    digest: row.digest,
    savedAt: row.saved_at,
    points: isScored && row.points !== null ? formatDecimal(row.points) : null,
    isCorrect: isScored ? row.is_correct : null,
    graderFeedback: isScored ? row.feedback : null,
    review: shown === 'solutions' ? reviewOf(version, row.answer) : null,
  }
}

function reviewOf(version: VersionOfQuestion, answer: unknown): AttemptQuestion['review'] {
  const { solution, explanation, feedback } = forReview(version, answer)
  return {
    solution: solution as NonNullable<AttemptQuestion['review']>['solution'],
    explanation,
    feedback: [...feedback],
  }
}
