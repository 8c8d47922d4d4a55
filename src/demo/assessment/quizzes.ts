import { createHash } from 'node:crypto'
import { gradeAnswer } from '#modules/questions/index.ts'
import type { Decimal } from '#platform/decimal/decimal.ts'
import { iso, MINUTE_MS } from '../calendar.ts'
import { quizQuestions } from '../content/assessment.ts'
import type { Random } from '../random.ts'
import type { DemoRows } from '../rows.ts'
import { type DemoItem, type GradeStep, storeGrade, storeItem } from './grading.ts'
import { answerTo, type DemoQuestion, POINTS_EACH, storeQuestions } from './question-bank.ts'

/** Of the points possible, as a decimal. */
const PASSING_PERCENT = 600_000
const ATTEMPTS_ALLOWED = 3
const OVERRIDDEN = 0.03

export interface DemoQuiz {
  readonly id: string
  readonly questions: readonly DemoQuestion[]
  readonly item: DemoItem
  readonly ownerId: string
}

export interface Place {
  readonly lesson: DemoRows['lesson'][number]
  readonly ownerId: string
  readonly categoryId: string | null
}

/** The quiz of a lesson, made on the day of the lesson. */
export function storeQuiz(random: Random, { lesson, ownerId, categoryId }: Place, rows: DemoRows): DemoQuiz {
  const { course_id: courseId, title } = lesson
  const at = lesson.created_at
  const contents = quizQuestions[title]
  if (!contents) throw new Error(`The demo has no questions for the quiz “${title}”.`)
  const questions = storeQuestions(random, { courseId, ownerId, title, at }, contents, rows)
  const id = random.id(new Date(at))
  rows.quiz.push({
    id,
    course_id: courseId,
    lesson_id: lesson.id,
    title,
    instructions: 'Three attempts, twenty minutes each. The best one counts.',
    mode: 'graded',
    time_zone: 'UTC',
    opens: null,
    closes: null,
    time_limit_seconds: 1200,
    grace_seconds: 30,
    attempts_allowed: ATTEMPTS_ALLOWED,
    passing_percent: PASSING_PERCENT,
    attempts_count: 'best',
    shuffle_questions: false,
    results_show: 'solutions',
    results_when: 'immediately',
    created_at: at,
    updated_at: at,
  })
  for (const [position, question] of questions.entries()) {
    rows.quiz_item.push({
      quiz_id: id,
      position: position + 1,
      question_id: question.id,
      bank_id: null,
      tag: null,
      draw_count: null,
      points: POINTS_EACH,
    })
  }
  const pointsPossible = POINTS_EACH * questions.length
  const name = { source: 'quiz', sourceId: id, title, pointsPossible } as const
  return { id, questions, item: storeItem(random, { ...name, courseId, categoryId, at }, rows), ownerId }
}

export interface Work {
  readonly enrollmentId: string
  readonly studentId: string
  readonly startedAt: number
  /** The last moment at which the student worked on it. */
  readonly lastAt: number
  /** Null: not passed. */
  readonly completedAt: number | null
}

/** The attempts of one student, of which the last has passed if the lesson is complete. */
export function takeQuiz(random: Random, quiz: DemoQuiz, work: Work, now: number, rows: DemoRows): void {
  const steps: GradeStep[] = []
  let number = 0
  const attempt = (from: number, until: number, passes: boolean) => {
    const points = storeAttempt(random, quiz, work, { number: ++number, from, until, passes }, rows)
    if (points <= (steps.at(-1)?.points ?? -1)) return
    steps.push({ event: 'graded', at: iso(until), actorId: null, reason: `Attempt ${number} was graded.`, points })
  }
  const { startedAt, lastAt, completedAt } = work
  const end = completedAt ?? lastAt
  const last = Math.max(startedAt, end - random.whole(4, 9) * MINUTE_MS)
  if (last - startedAt > 3 * MINUTE_MS) attempt(startedAt, startedAt + 2 * MINUTE_MS, false)
  // Who has only looked in has not begun.
  if (completedAt !== null || end - last > MINUTE_MS) attempt(last, end, completedAt !== null)
  const best = steps.at(-1)
  if (best && random.chance(OVERRIDDEN)) {
    const { pointsPossible } = quiz.item
    const overridePoints = Math.min(pointsPossible, best.points + POINTS_EACH)
    const reason = 'One question could be misread; its points are yours.'
    const at = iso(Math.min(now, Date.parse(best.at) + random.whole(1, 48 * 60) * MINUTE_MS))
    steps.push({ ...best, event: 'overridden', at, actorId: quiz.ownerId, reason, overridePoints })
  }
  storeGrade(random, { enrollmentId: work.enrollmentId, itemId: quiz.item.id }, steps, rows)
}

interface Sitting {
  readonly number: number
  readonly from: number
  readonly until: number
  readonly passes: boolean
}

/** One attempt with its answers and its journal; returns its points. */
function storeAttempt(
  random: Random,
  { id: quizId, questions, item }: DemoQuiz,
  { enrollmentId, studentId }: Work,
  { number, from, until, passes }: Sitting,
  rows: DemoRows,
): Decimal {
  const id = random.id(new Date(from))
  const times = { deadline_at: iso(from + 20 * MINUTE_MS), accepted_until: iso(from + 20.5 * MINUTE_MS) }
  const journal = journalOf(random, id, rows)
  journal('started', from, studentId, { details: { number, deadline: times.deadline_at, questions: questions.length } })
  const needed = Math.ceil((questions.length * PASSING_PERCENT) / 1_000_000)
  const right = passes ? random.whole(needed, questions.length) : random.whole(0, needed - 1)
  const isRight = new Set(random.shuffled(questions).slice(0, right))
  let points = 0
  for (const [index, question] of questions.entries()) {
    const answer = answerTo(random, question, isRight.has(question))
    const graded = gradeAnswer(question.content, answer, POINTS_EACH)
    const savedAt = from + Math.floor(((until - from) * (index + 1)) / (questions.length + 1))
    const saved = { position: index + 1, sequence: index + 1, digest: digestOf(answer) }
    points += graded.points ?? 0
    journal('saved', savedAt, studentId, saved)
    rows.attempt_answer.push({
      attempt_id: id,
      ...saved,
      student_id: studentId,
      question_id: question.id,
      question_version_id: question.versionId,
      points_possible: POINTS_EACH,
      is_open: false,
      ...times,
      answer: JSON.stringify(answer),
      saved_at: iso(savedAt),
      points: graded.points,
      is_correct: graded.isCorrect,
      feedback: null,
      graded_at: iso(until),
      graded_by: null,
    })
  }
  rows.attempt.push({
    id,
    quiz_id: quizId,
    enrollment_id: enrollmentId,
    student_id: studentId,
    number,
    status: 'graded',
    seed: digestOf({ id }).slice(0, 32),
    started_at: iso(from),
    ...times,
    passing_percent: PASSING_PERCENT,
    points_possible: item.pointsPossible,
    submitted_at: iso(until - 1),
    submitted_by: 'student',
    graded_at: iso(until),
    points,
    is_passed: passes,
    version: 2,
  })
  const answered = questions.length
  journal('submitted', until - 1, studentId, { details: { by: 'student', answered, questions: answered } })
  journal('graded', until, null, { details: { points, pointsPossible: item.pointsPossible, isPassed: passes } })
  return points
}

interface Entry {
  readonly position?: number
  readonly sequence?: number
  readonly digest?: string
  readonly details?: Record<string, unknown>
}

function journalOf(random: Random, attemptId: string, rows: DemoRows) {
  return (event: DemoRows['attempt_event'][number]['event'], at: number, actorId: string | null, entry: Entry) => {
    rows.attempt_event.push({
      id: random.id(new Date(at)),
      attempt_id: attemptId,
      event,
      occurred_at: iso(at),
      actor_id: actorId,
      position: entry.position ?? null,
      sequence: entry.sequence ?? null,
      digest: entry.digest ?? null,
      details: entry.details ? JSON.stringify(entry.details) : null,
    })
  }
}

/** As the product makes it of answers with one field. */
function digestOf(answer: object): string {
  return createHash('sha256').update(JSON.stringify(answer)).digest('hex')
}
