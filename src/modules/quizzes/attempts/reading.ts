import type { Principal } from '#modules/auth/index.ts'
import { requireCourseRight } from '#modules/courses/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { type PageRequest, readCursor, readTimeCursor, toPage } from '#platform/http/pagination.ts'
import type { QuizzesDeps } from '../deps.ts'
import { attemptOpen, quizNotFound } from '../problems.ts'
import { requireVisibleQuiz } from '../quiz/access.ts'
import { selectQuiz } from '../quiz/queries.ts'
import { accessAttempt } from './access.ts'
import { type AttemptEventRow, selectEventPage } from './journal.ts'
import { selectAttemptPage } from './list-queries.ts'
import { type AttemptRow, selectAnswers, selectAttempt, selectAttemptsOf } from './queries.ts'
import type { QuestionVersions } from './question-versions.ts'
import type { Attempt, AttemptEvent, AttemptSummary, JournalQuery, RosterAttempt } from './schemas.ts'
import { type Shown, shownToStudent, toAttempt, toSummary } from './showing.ts'
import { isOverdue, type Submitting } from './submitting.ts'

interface List<T> {
  readonly items: T[]
  readonly nextCursor: string | null
}

export function createAttemptReading(
  { db, now }: Pick<QuizzesDeps, 'db' | 'now'>,
  versions: QuestionVersions,
  submitting: Submitting,
) {
  /**
   * One attempt, for its student as the quiz shows it and for staff in full. Whose time is over is handed in by being
   * read, if the job has not seen it yet.
   */
  async function readAttempt(caller: Principal, attemptId: string): Promise<Attempt> {
    const at = now()
    const {
      attempt: found,
      quiz,
      isStaff,
    } = await accessAttempt(db, caller, attemptId, await selectAttempt(db, attemptId))
    const attempt = await submitIfOverdue(found, at)
    const shown: Shown = isStaff ? 'solutions' : await shownToStudent(db, quiz, attempt, at)
    const answers = await selectAnswers(db, attemptId)
    const asked = await versions.byId(
      db,
      answers.map((row) => row.question_version_id),
    )
    return toAttempt(attempt, answers, asked, shown, at)
  }

  /** The caller's own attempts at a quiz, the first first. */
  async function listMyAttempts(caller: Principal, quizId: string): Promise<{ readonly items: AttemptSummary[] }> {
    const at = now()
    const { quiz, access } = await requireVisibleQuiz(db, caller, quizId, await selectQuiz(db, quizId), at)
    const rows = access.enrollment ? await selectAttemptsOf(db, quizId, access.enrollment.id) : []
    const items: AttemptSummary[] = []
    for (const row of rows) {
      const attempt = await submitIfOverdue(row, at)
      items.push(toSummary(attempt, await shownToStudent(db, quiz, attempt, at)))
    }
    return { items }
  }

  /** The attempts of all students at a quiz, newest first, for staff who see the roster. */
  async function listAttempts(
    caller: Principal,
    quizId: string,
    { limit, cursor, status }: PageRequest & { readonly status?: AttemptRow['status'] },
  ): Promise<List<RosterAttempt>> {
    const quiz = await selectQuiz(db, quizId)
    if (!quiz) throw quizNotFound({ quizId })
    await requireVisibleQuiz(db, caller, quizId, quiz, now())
    await requireCourseRight(db, caller, quiz.course_id, 'see-roster')
    const rows = await selectAttemptPage(db, { quizId, status, after: readTimeCursor(cursor), limit: limit + 1 })
    const toItem = (row: (typeof rows)[number]): RosterAttempt => ({
      ...toSummary(row, 'solutions'),
      student: { id: row.student_id, fullName: row.full_name },
    })
    return toPage(rows, limit, toItem, (row) => [row.started_at, row.id])
  }

  /** What happened in an attempt, oldest first: for staff at any time, for its student once it was handed in. */
  async function readJournal(
    caller: Principal,
    attemptId: string,
    { limit, cursor, position }: JournalQuery,
  ): Promise<List<AttemptEvent>> {
    const { attempt, isStaff } = await accessAttempt(db, caller, attemptId, await selectAttempt(db, attemptId))
    const { status } = await submitIfOverdue(attempt, now())
    if (!isStaff && status === 'open') throw attemptOpen()
    const after = readCursor(cursor, 1)?.[0]
    const wanted = { position, after: after === undefined ? undefined : String(after), limit: limit + 1 }
    return toPage(await selectEventPage(db, attemptId, wanted), limit, toEvent, (row) => [row.id])
  }

  async function submitIfOverdue(attempt: AttemptRow, at: Date): Promise<AttemptRow> {
    if (attempt.status !== 'open' || !isOverdue(attempt, at)) return attempt
    return inTransaction(db, (tx) => submitting.submit(tx, attempt, 'deadline', at))
  }

  return { readAttempt, listMyAttempts, listAttempts, readJournal }
}

function toEvent(row: AttemptEventRow): AttemptEvent {
  return {
    id: row.id,
    event: row.event,
    occurredAt: row.occurred_at,
    actorId: row.actor_id,
    position: row.position,
    sequence: row.sequence,
    digest: row.digest,
    details: row.details,
  }
}
