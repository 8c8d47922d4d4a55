import type { Kysely } from 'kysely'
import type { Actor } from '#modules/audit/index.ts'
import type { Principal } from '#modules/auth/index.ts'
import { requireCourseRight } from '#modules/courses/index.ts'
import { lockEnrollment } from '#modules/enrollments/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { type Decimal, formatDecimal, parseDecimal } from '#platform/decimal/decimal.ts'
import { readCursor, toPage } from '#platform/http/pagination.ts'
import { invalidRequest } from '#platform/http/problems.ts'
import type { Database } from '../../../database.ts'
import { requireAttemptRight } from '../attempts/access.ts'
import {
  type AnswerRow,
  type AttemptRow,
  lockAnswers,
  lockAttempt,
  selectAnswers,
  selectAttempt,
} from '../attempts/queries.ts'
import type { QuestionVersions } from '../attempts/question-versions.ts'
import type { Submitting } from '../attempts/submitting.ts'
import type { QuizzesDeps } from '../deps.ts'
import { attemptNotFound, attemptOpen, ownAttempt, questionNotInAttempt } from '../problems.ts'
import {
  countGradesOf,
  insertAnswerGrade,
  selectFullName,
  selectGradesOf,
  selectQueue,
  updateAnswerGrade,
} from './queries.ts'
import type { AnswerGrading, GradeAnswerBody, QueueQuery, WaitingAnswer } from './schemas.ts'
import { storeResult } from './storing-results.ts'

type Executor = Kysely<Database>

/** With the number that its ETag names: it counts saves and decisions, so that a grader never grades what he has not seen. */
export interface VersionedGrading {
  readonly version: number
  readonly body: AnswerGrading
}

export function createHandGrading(
  { db, now, newId }: Pick<QuizzesDeps, 'db' | 'now' | 'newId'>,
  versions: QuestionVersions,
  submitting: Submitting,
) {
  /** The answers of a course that wait for a grader, those handed in first first. */
  async function listWaitingAnswers(caller: Principal, courseId: string, { limit, cursor, quizId }: QueueQuery) {
    await requireCourseRight(db, caller, courseId, 'grade')
    const after = readQueueCursor(cursor)
    const rows = await selectQueue(db, { courseId, quizId, after, limit: limit + 1 })
    const asked = await versions.byId(
      db,
      rows.map((row) => row.question_version_id),
    )
    const names = new Map(asked.map(({ versionId, name }) => [versionId, name]))
    const toItem = (row: (typeof rows)[number]): WaitingAnswer => ({
      attemptId: row.attempt_id,
      position: row.position,
      quizId: row.quiz_id,
      quizTitle: row.quiz_title,
      questionId: row.question_id,
      questionName: names.get(row.question_version_id) ?? '',
      student: { id: row.student_id, fullName: row.full_name },
      submittedAt: row.submitted_at,
      pointsPossible: formatDecimal(row.points_possible),
    })
    return toPage(rows, limit, toItem, (row) => [row.submitted_at, row.attempt_id, row.position])
  }

  /** One answer with all that a grader needs: the question and its key, what it earned, and who decided what. */
  async function readGrading(caller: Principal, attemptId: string, position: number): Promise<VersionedGrading> {
    const found = await selectAttempt(db, attemptId)
    const { attempt } = await requireAttemptRight(db, caller, attemptId, found, 'grade')
    return gradingOf(db, attempt, await selectAnswers(db, attemptId), position)
  }

  /**
   * A grader decides what an answer earns, also one that a computer or another grader has graded. With the last answer
   * that waited the attempt is graded: its score, its grade in the gradebook and the completion of the lesson follow,
   * and the student is told by mail.
   */
  async function gradeByHand(
    caller: Principal,
    attemptId: string,
    position: number,
    input: GradeAnswerBody,
    guard: (version: number) => void,
    actor: Actor,
  ): Promise<VersionedGrading> {
    return inTransaction(db, async (tx) => {
      const unlocked = await selectAttempt(tx, attemptId)
      const { quiz } = await requireAttemptRight(tx, caller, attemptId, unlocked, 'grade')
      await lockEnrollment(tx, unlocked?.enrollment_id ?? '')
      const attempt = await lockAttempt(tx, attemptId)
      if (!attempt) throw attemptNotFound({ attemptId })
      if (attempt.student_id === caller.userId) throw ownAttempt()
      if (attempt.status === 'open') throw attemptOpen()
      const answers = await lockAnswers(tx, attemptId)
      const answer = answerAt(answers, position)
      guard(await versionOf(tx, answer))
      const points = pointsWithin(input.points, answer.points_possible)
      const change = { points, feedback: input.feedback?.trim() || null }
      if (change.points === answer.points && change.feedback === answer.feedback) {
        return gradingOf(tx, attempt, answers, position)
      }
      const at = now()
      await store(tx, caller, answer, change, at)
      const graded = answers.map((row) => (row === answer ? { ...row, points } : row))
      const cause = { actor, reason: `Question ${position} of attempt ${attempt.number} was graded by hand.` }
      const after = await storeResult(tx, submitting, { quiz, attempt, answers: graded, cause, at })
      return gradingOf(tx, after, await selectAnswers(tx, attemptId), position)
    })
  }

  async function store(
    tx: Executor,
    caller: Principal,
    answer: AnswerRow,
    { points, feedback }: { points: Decimal; feedback: string | null },
    at: Date,
  ): Promise<void> {
    const { attempt_id: attemptId, position } = answer
    const decision = { graded_at: at.toISOString(), graded_by: caller.userId, feedback }
    await updateAnswerGrade(tx, attemptId, position, {
      points,
      is_correct: points === answer.points_possible,
      ...decision,
    })
    await insertAnswerGrade(tx, {
      id: newId(),
      attempt_id: attemptId,
      position,
      points_before: answer.points,
      points_after: points,
      regrade_id: null,
      ...decision,
    })
  }

  async function gradingOf(
    executor: Executor,
    attempt: AttemptRow,
    answers: readonly AnswerRow[],
    position: number,
  ): Promise<VersionedGrading> {
    const row = answerAt(answers, position)
    const [version] = await versions.byId(executor, [row.question_version_id])
    if (!version) throw questionNotInAttempt({ position })
    const history = await selectGradesOf(executor, attempt.id, position)
    const student = { id: attempt.student_id, fullName: await selectFullName(executor, attempt.student_id) }
    return {
      version: row.sequence + history.length,
      body: {
        attemptId: attempt.id,
        position,
        quizId: attempt.quiz_id,
        student,
        submittedAt: attempt.submitted_at,
        questionId: row.question_id,
        versionNumber: version.number,
        content: version.content,
        answer: row.answer,
        pointsPossible: formatDecimal(row.points_possible),
        points: row.points === null ? null : formatDecimal(row.points),
        isCorrect: row.is_correct,
        feedback: row.feedback,
        gradedAt: row.graded_at,
        gradedBy: row.graded_by,
        history: history.map((one) => ({
          pointsBefore: one.points_before === null ? null : formatDecimal(one.points_before),
          pointsAfter: formatDecimal(one.points_after),
          feedback: one.feedback,
          gradedAt: one.graded_at,
          gradedBy: { id: one.graded_by, fullName: one.full_name },
          regradeId: one.regrade_id,
        })),
      },
    }
  }

  return { listWaitingAnswers, readGrading, gradeByHand }
}

function answerAt(answers: readonly AnswerRow[], position: number): AnswerRow {
  const answer = answers.find((row) => row.position === position)
  if (!answer) throw questionNotInAttempt({ position })
  return answer
}

async function versionOf(tx: Executor, { attempt_id: attemptId, position, sequence }: AnswerRow): Promise<number> {
  return sequence + (await countGradesOf(tx, attemptId, position))
}

function pointsWithin(text: string, possible: Decimal): Decimal {
  const points = parseDecimal(text)
  if (points <= possible) return points
  throw invalidRequest({ errors: [{ pointer: '/body/points', message: `must be at most ${formatDecimal(possible)}` }] })
}

function readQueueCursor(cursor: string | undefined) {
  const position = readCursor(cursor, 3)
  if (!position) return undefined
  const [time, id, place] = position
  const isOurs = typeof time === 'string' && !Number.isNaN(Date.parse(time)) && typeof id === 'string'
  if (isOurs && Number.isSafeInteger(place)) return position
  throw invalidRequest({
    errors: [{ pointer: '/query/cursor', message: 'is not a cursor of this list; start again without it' }],
  })
}
