import { randomBytes } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { Principal } from '#modules/auth/index.ts'
import { accessCourse, lessonLocked, lessonNotReleased, opennessOf, selectLesson } from '#modules/courses/index.ts'
import { asOf, enrollmentNotActive, lockEnrollment } from '#modules/enrollments/index.ts'
import { drawQuestions, selectDrawableIds } from '#modules/questions/index.ts'
import { afterCommit, inTransaction } from '#platform/database/transaction.ts'
import type { Decimal } from '#platform/decimal/decimal.ts'
import { counter } from '#platform/metrics/metrics.ts'
import { shuffled } from '#platform/random/seeded-random.ts'
import type { Database } from '../../../database.ts'
import type { Layouts } from '../answers/layouts.ts'
import { deadlineFor } from '../deadlines.ts'
import type { QuizzesDeps } from '../deps.ts'
import { attemptsStartedTotal } from '../metrics.ts'
import { enrollmentMissing, noAttemptLeft, quizClosed, quizEmpty, quizNotFound, quizNotOpen } from '../problems.ts'
import { type QuizItemRow, type QuizRow, selectQuiz, selectQuizItems, sumExtraAttempts } from '../quiz/queries.ts'
import { record } from './journal.ts'
import { type AttemptRow, insertAnswers, insertAttempt, selectAttemptsOf } from './queries.ts'
import type { QuestionVersions } from './question-versions.ts'
import { isOverdue, type Submitting } from './submitting.ts'

type Tx = Kysely<Database>

export interface StartedAttempt {
  readonly attemptId: string
  /** False: it was open already, and goes on. */
  readonly isNew: boolean
}

interface AskedQuestion {
  readonly questionId: string
  readonly versionId: string
  readonly points: Decimal
}

export function createStarting(
  { db, metrics, now, newId }: QuizzesDeps,
  versions: QuestionVersions,
  layouts: Layouts,
  submitting: Submitting,
) {
  const countStarted = counter(metrics, attemptsStartedTotal)

  /**
   * Begins an attempt of the caller, or goes on with the one that is open: on every device it is the same. Its deadline
   * is fixed here, by this server's clock and with what the student is granted, and so are its questions, their versions
   * and their order.
   */
  async function startAttempt(caller: Principal, quizId: string): Promise<StartedAttempt> {
    return inTransaction(db, async (tx) => {
      const quiz = await selectQuiz(tx, quizId)
      if (!quiz) throw quizNotFound({ quizId })
      const enrollmentId = await lockOpenEnrollment(tx, caller, quiz, now())
      // Read after the lock: whoever waited for it begins now.
      const at = now()
      const attempts = await selectAttemptsOf(tx, quizId, enrollmentId)
      const open = attempts.find(({ status }) => status === 'open')
      if (open && !isOverdue(open, at)) {
        await record(tx, { id: newId(), attemptId: open.id, event: 'resumed', at, actorId: caller.userId })
        return { attemptId: open.id, isNew: false }
      }
      if (open) await submitting.submit(tx, open, 'deadline', at)
      const deadline = await deadlineFor(tx, quiz, caller.userId, at)
      if (deadline.opensAt !== null && deadline.opensAt > at.toISOString()) {
        throw quizNotOpen({ opensAt: deadline.opensAt })
      }
      if (deadline.closesAt !== null && deadline.closesAt <= at.toISOString()) {
        throw quizClosed({ closedAt: deadline.closesAt })
      }
      await requireAttemptLeft(tx, quiz, enrollmentId, attempts.length)
      const attempt = {
        enrollmentId,
        studentId: caller.userId,
        number: (attempts.at(-1)?.number ?? 0) + 1,
        deadlineAt: deadline.deadline,
        acceptedUntil: deadline.acceptedUntil,
      }
      const attemptId = await begin(tx, quiz, attempt, at)
      afterCommit(() => countStarted({ mode: quiz.mode }))
      return { attemptId, isNew: true }
    })
  }

  async function begin(
    tx: Tx,
    quiz: QuizRow,
    attempt: Pick<AttemptRow, 'number'> & {
      enrollmentId: string
      studentId: string
      deadlineAt: string | null
      acceptedUntil: string | null
    },
    at: Date,
  ): Promise<string> {
    const attemptId = newId()
    const seed = randomBytes(16).toString('hex')
    const asked = await askedQuestions(tx, quiz, seed)
    if (asked.length === 0) throw quizEmpty()
    const times = { deadline_at: attempt.deadlineAt, accepted_until: attempt.acceptedUntil }
    await insertAttempt(tx, {
      id: attemptId,
      quiz_id: quiz.id,
      enrollment_id: attempt.enrollmentId,
      student_id: attempt.studentId,
      number: attempt.number,
      status: 'open',
      seed,
      started_at: at.toISOString(),
      ...times,
      passing_percent: quiz.passing_percent,
      points_possible: asked.reduce((sum, { points }) => sum + points, 0),
      submitted_at: null,
      submitted_by: null,
      graded_at: null,
      points: null,
      is_passed: null,
    })
    await insertAnswers(
      tx,
      asked.map(({ questionId, versionId, points }, index) => ({
        attempt_id: attemptId,
        position: index + 1,
        student_id: attempt.studentId,
        question_id: questionId,
        question_version_id: versionId,
        points_possible: points,
        is_open: true,
        ...times,
        answer: null,
        digest: null,
        saved_at: null,
        points: null,
        is_correct: null,
        feedback: null,
        graded_at: null,
        graded_by: null,
      })),
    )
    const versionIds = new Map(asked.map(({ versionId }, index) => [index + 1, versionId]))
    afterCommit(() => layouts.remember(attemptId, { studentId: attempt.studentId, versionIds }))
    const details = { number: attempt.number, deadline: attempt.deadlineAt, questions: asked.length }
    await record(tx, { id: newId(), attemptId, event: 'started', at, actorId: attempt.studentId, details })
    return attemptId
  }

  /** What the quiz asks this time: its questions in their present versions, drawn and put in order by the seed. */
  async function askedQuestions(tx: Tx, quiz: QuizRow, seed: string): Promise<AskedQuestion[]> {
    const items = await selectQuizItems(tx, quiz.id)
    // What is asked anyway is not drawn, and nothing is drawn twice.
    const taken = new Set(items.flatMap((item) => item.question_id ?? []))
    const asked: { questionId: string; points: Decimal }[] = []
    for (const item of items) {
      const drawn = item.question_id === null ? await draw(tx, item, taken, seed) : [item.question_id]
      for (const questionId of drawn) {
        taken.add(questionId)
        asked.push({ questionId, points: item.points })
      }
    }
    const present = await versions.presentOf(
      tx,
      asked.map(({ questionId }) => questionId),
    )
    const questions = asked.flatMap(({ questionId, points }) => {
      const version = present.get(questionId)
      return version ? [{ questionId, versionId: version.versionId, points }] : []
    })
    return quiz.shuffle_questions ? shuffled(questions, `${seed}:order`) : questions
  }

  return { startAttempt }
}

async function draw(
  tx: Tx,
  { bank_id: bankId, tag, draw_count: count, position }: QuizItemRow,
  taken: ReadonlySet<string>,
  seed: string,
): Promise<string[]> {
  const ids = await selectDrawableIds(tx, bankId ?? '', tag ?? undefined)
  const free = ids.filter((id) => !taken.has(id))
  return drawQuestions(free, count ?? 0, `${seed}:draw:${position}`)
}

/**
 * Locks the caller's enrollment in the course of a quiz whose lesson is open to him, so that his attempts are begun and
 * handed in one after the other.
 */
async function lockOpenEnrollment(tx: Tx, caller: Principal, quiz: QuizRow, at: Date): Promise<string> {
  const access = await accessCourse(tx, caller, { id: quiz.course_id }, at)
  const lesson = await selectLesson(tx, quiz.lesson_id)
  if (!lesson) throw quizNotFound({ quizId: quiz.id })
  if (!access.enrollment) {
    if (lesson.status === 'published' || access.standing) throw enrollmentMissing()
    throw quizNotFound({ quizId: quiz.id })
  }
  const enrollment = await lockEnrollment(tx, access.enrollment.id)
  if (!enrollment) throw enrollmentMissing()
  const { status } = asOf(enrollment, at)
  if (status !== 'active') throw enrollmentNotActive({ status })
  const openness = await opennessOf(tx, access, lesson, at)
  if (openness.state === 'not-released') throw lessonNotReleased(openness)
  if (openness.state === 'locked') throw lessonLocked(openness)
  if (openness.state === 'unpublished') throw quizNotFound({ quizId: quiz.id })
  if (openness.state === 'not-enrolled') throw enrollmentMissing()
  return enrollment.id
}

async function requireAttemptLeft(tx: Tx, quiz: QuizRow, enrollmentId: string, made: number): Promise<void> {
  if (quiz.attempts_allowed === null) return
  const allowed = quiz.attempts_allowed + (await sumExtraAttempts(tx, quiz.id, enrollmentId))
  if (made >= allowed) throw noAttemptLeft({ allowed })
}
