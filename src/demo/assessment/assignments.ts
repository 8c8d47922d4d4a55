import type { Decimal } from '#platform/decimal/decimal.ts'
import { parseDecimal } from '#platform/decimal/decimal.ts'
import { iso, MINUTE_MS } from '../calendar.ts'
import { assignmentInstructions, failedFeedback, feedbackTexts, submissionTexts } from '../content/assessment.ts'
import type { Random } from '../random.ts'
import type { DemoRows } from '../rows.ts'
import { type DemoItem, storeGrade, storeItem } from './grading.ts'
import type { Place, Work } from './quizzes.ts'

const POINTS_POSSIBLE = parseDecimal('20')
const PASS_POINTS = parseDecimal('10')
/** Of what does not pass: graded, and to be done again. The rest waits for a grader. */
const FAILED = 0.4

export interface DemoAssignment {
  readonly lessonId: string
  readonly courseId: string
  readonly item: DemoItem
  readonly ownerId: string
}

/** The assignment of a lesson, made with it. */
export function storeAssignment(
  random: Random,
  { lesson, ownerId, categoryId }: Place,
  rows: DemoRows,
): DemoAssignment {
  const { id: lessonId, course_id: courseId, title, created_at: at } = lesson
  const instructions = assignmentInstructions[title]
  if (!instructions) throw new Error(`The demo has no instructions for the assignment “${title}”.`)
  rows.assignment.push({
    lesson_id: lessonId,
    course_id: courseId,
    instructions,
    points_possible: POINTS_POSSIBLE,
    pass_points: PASS_POINTS,
    accepts_text: true,
    files_max: 3,
    time_zone: 'UTC',
    opens: null,
    due: null,
    closes: null,
    grace_seconds: 60,
    late_policy: 'accept',
    late_percent_per_day: null,
    late_percent_max: null,
    releases_at_once: true,
    rubric: null,
    due_at: null,
    created_at: at,
    updated_at: at,
  })
  const name = { source: 'assignment', sourceId: lessonId, title, pointsPossible: POINTS_POSSIBLE } as const
  return { lessonId, courseId, ownerId, item: storeItem(random, { ...name, courseId, categoryId, at }, rows) }
}

/** What one student has handed in: graded when the lesson is complete, else perhaps waiting. */
export function handIn(random: Random, assignment: DemoAssignment, work: Work, rows: DemoRows): void {
  const { enrollmentId, startedAt, lastAt, completedAt } = work
  // Who has only looked at it has handed in nothing.
  if (completedAt === null && lastAt - startedAt < 2 * MINUTE_MS) return
  const isPassed = completedAt !== null
  const isGraded = isPassed || random.chance(FAILED)
  const gradedAt = completedAt ?? lastAt
  const submittedAt = startedAt + Math.floor((gradedAt - startedAt) * (isGraded ? 0.6 : 1))
  const points = isPassed
    ? PASS_POINTS + parseDecimal('0.5') * random.whole(2, 20)
    : parseDecimal('0.5') * random.whole(6, 19)
  const feedback = isPassed ? random.pick(feedbackTexts) : failedFeedback
  storeSubmission(
    random,
    assignment,
    work,
    { submittedAt, grade: isGraded ? { points, feedback, gradedAt } : null },
    rows,
  )
  if (!isGraded) return
  const step = { at: iso(gradedAt), actorId: assignment.ownerId, reason: 'Version 1 was graded.', points }
  storeGrade(random, { enrollmentId, itemId: assignment.item.id }, [{ event: 'graded', ...step }], rows)
}

interface HandedIn {
  readonly submittedAt: number
  /** Null: nobody has looked at it yet. */
  readonly grade: { readonly points: Decimal; readonly feedback: string; readonly gradedAt: number } | null
}

function storeSubmission(
  random: Random,
  { lessonId, courseId, ownerId }: DemoAssignment,
  { enrollmentId, studentId }: Work,
  { submittedAt, grade }: HandedIn,
  rows: DemoRows,
): void {
  const id = random.id(new Date(submittedAt))
  const gradedAt = grade && iso(grade.gradedAt)
  rows.submission.push({
    id,
    lesson_id: lessonId,
    course_id: courseId,
    enrollment_id: enrollmentId,
    latest_number: 1,
    submitted_at: iso(submittedAt),
    late_from_at: iso(submittedAt),
    late_days: 0,
    is_waiting: grade === null,
    reopened_at: null,
    graded_number: grade && 1,
    points: grade?.points ?? null,
    rubric_marks: null,
    feedback: grade?.feedback ?? '',
    graded_at: gradedAt,
    graded_by: grade && ownerId,
    released_at: gradedAt,
    version: grade ? 2 : 1,
  })
  rows.submission_version.push({
    submission_id: id,
    number: 1,
    body: random.pick(submissionTexts),
    submitted_at: iso(submittedAt),
    submitted_by: studentId,
  })
}
