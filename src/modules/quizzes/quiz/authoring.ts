import type { Kysely } from 'kysely'
import type { Principal } from '#modules/auth/index.ts'
import { lessonNotFound, lockCourseFor, selectLesson } from '#modules/courses/index.ts'
import { isForeignKeyViolation, onConstraint } from '#platform/database/constraint.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { type FieldError, invalidRequest } from '#platform/http/problems.ts'
import { enqueue } from '#platform/jobs/outbox.ts'
import type { Database } from '../../../database.ts'
import type { QuizzesDeps } from '../deps.ts'
import { followQuiz, forgetQuiz, pointsOfQuiz } from '../grades.ts'
import { recordGrades } from '../jobs.ts'
import { noQuizLesson, quizExists, quizInUse, quizNotFound } from '../problems.ts'
import { requireVisibleQuiz } from './access.ts'
import {
  countAttempts,
  deleteQuiz,
  insertQuiz,
  lockQuiz,
  type QuizItemRow,
  type QuizRow,
  replaceQuizItems,
  selectQuiz,
  selectQuizItems,
  updateQuiz,
} from './queries.ts'
import { type ChangeQuizBody, type CreateQuizBody, QUESTIONS_MAX, type Quiz, type QuizItem } from './schemas.ts'
import { changedSettings, defaultSettings } from './settings.ts'
import { toItemRow, toQuiz } from './to-quiz.ts'

type Tx = Kysely<Database>

export interface VersionedQuiz {
  readonly version: number
  readonly body: Quiz
}

type AuthoringDeps = Pick<QuizzesDeps, 'db' | 'now' | 'newId' | 'timeZone'>

export function createAuthoring({ db, now, newId, timeZone }: AuthoringDeps) {
  /** Makes the quiz of a lesson. */
  async function createQuiz(caller: Principal, lessonId: string, body: CreateQuizBody): Promise<VersionedQuiz> {
    return inTransaction(db, async (tx) => {
      const found = await selectLesson(tx, lessonId)
      if (!found) throw lessonNotFound({ lessonId })
      await lockCourseFor(tx, caller, found.course_id, 'edit')
      const lesson = await selectLesson(tx, lessonId)
      if (!lesson) throw lessonNotFound({ lessonId })
      if (lesson.type !== 'quiz') throw noQuizLesson({ type: lesson.type })
      const { items = [], ...wishes } = body
      const at = now()
      const row: QuizRow = {
        ...changedSettings(defaultSettings(lesson.title, timeZone), wishes),
        id: newId(),
        course_id: lesson.course_id,
        lesson_id: lessonId,
        created_at: at.toISOString(),
        updated_at: at.toISOString(),
        version: 1,
      }
      await onConstraint(insertQuiz(tx, row), 'quiz_lesson_id_key', (cause) => quizExists({ lessonId }, cause))
      const rows = await checkedItems(tx, row, items, [])
      await replaceQuizItems(tx, row.id, rows)
      await followQuiz(tx, row, null, pointsOfQuiz(rows), at)
      return { version: 1, body: toQuiz(row, rows, { isStaff: true, showsInstructions: true, mine: null }) }
    })
  }

  /** Changes a quiz. Attempts that have begun keep their questions, their deadline and their passing score. */
  async function changeQuiz(
    caller: Principal,
    quizId: string,
    { items, ...wishes }: ChangeQuizBody,
    checkVersion: (version: number) => void,
  ): Promise<VersionedQuiz> {
    return inTransaction(db, async (tx) => {
      const before = await lockQuizFor(tx, caller, quizId)
      checkVersion(before.version)
      const at = now()
      const settings = changedSettings(before, wishes)
      const version = before.version + 1
      const row: QuizRow = { ...before, ...settings, updated_at: at.toISOString(), version }
      await updateQuiz(tx, quizId, { ...settings, updated_at: row.updated_at })
      const present = await selectQuizItems(tx, quizId)
      const rows = items ? await checkedItems(tx, row, items, present) : present
      if (items) await replaceQuizItems(tx, quizId, rows)
      await followQuiz(tx, row, before, pointsOfQuiz(rows), at)
      const makesOtherGrades =
        row.attempts_count !== before.attempts_count || pointsOfQuiz(rows) !== pointsOfQuiz(present)
      if (row.mode === 'graded' && (makesOtherGrades || before.mode !== 'graded')) {
        await enqueue(tx, recordGrades, { quizId, afterEnrollmentId: '' }, at)
      }
      return { version, body: toQuiz(row, rows, { isStaff: true, showsInstructions: true, mine: null }) }
    })
  }

  /** Deletes a quiz at which nobody has made an attempt. */
  async function removeQuiz(caller: Principal, quizId: string, checkVersion: (version: number) => void): Promise<void> {
    await inTransaction(db, async (tx) => {
      const quiz = await lockQuizFor(tx, caller, quizId)
      checkVersion(quiz.version)
      const attempts = await countAttempts(tx, quizId)
      if (attempts > 0) throw quizInUse({ attempts })
      await forgetQuiz(tx, quiz, now())
      await deleteQuiz(tx, quizId).catch((error) => {
        throw isForeignKeyViolation(error) ? quizInUse({ attempts: 1 }, error) : error
      })
    })
  }

  async function lockQuizFor(tx: Tx, caller: Principal, quizId: string): Promise<QuizRow> {
    const { quiz } = await requireVisibleQuiz(tx, caller, quizId, await selectQuiz(tx, quizId), now())
    await lockCourseFor(tx, caller, quiz.course_id, 'edit')
    const locked = await lockQuiz(tx, quizId)
    if (!locked) throw quizNotFound({ quizId })
    return locked
  }

  return { createQuiz, changeQuiz, removeQuiz }
}

/**
 * The items as rows, when each names a question or a bank of the course. What was archived since can stay in the quiz,
 * but cannot be added.
 */
async function checkedItems(
  tx: Tx,
  quiz: QuizRow,
  items: readonly QuizItem[],
  present: readonly QuizItemRow[],
): Promise<QuizItemRow[]> {
  const rows = items.map((item, index) => toItemRow(quiz.id, item, index))
  const questions = await selectUsable(tx, 'question', quiz.course_id, rows)
  const banks = await selectUsable(tx, 'bank', quiz.course_id, rows)
  const kept = new Set(present.map((row) => row.question_id ?? row.bank_id))
  const seen = new Set<string>()
  const errors: FieldError[] = []
  for (const [index, row] of rows.entries()) {
    const [id, field] = row.question_id === null ? [row.bank_id, 'bankId'] : [row.question_id, 'questionId']
    const pointer = `/body/items/${index}/${field}`
    const archivedAt = (row.question_id === null ? banks : questions).get(id ?? '')
    if (archivedAt === undefined) errors.push({ pointer, message: 'is nothing in the banks of this course' })
    else if (archivedAt !== null && !kept.has(id)) errors.push({ pointer, message: 'is archived' })
    else if (row.question_id !== null && seen.has(row.question_id)) errors.push({ pointer, message: 'is there twice' })
    if (row.question_id !== null) seen.add(row.question_id)
  }
  const count = rows.reduce((sum, row) => sum + (row.draw_count ?? 1), 0)
  if (count > QUESTIONS_MAX)
    errors.push({ pointer: '/body/items', message: `ask more than ${QUESTIONS_MAX} questions` })
  if (errors.length > 0) throw invalidRequest({ errors })
  return rows
}

/** When what the items refer to was archived, by its id: null for what was not. */
async function selectUsable(
  tx: Tx,
  kind: 'question' | 'bank',
  courseId: string,
  items: readonly QuizItemRow[],
): Promise<Map<string, string | null>> {
  const ids = items.flatMap((item) => (kind === 'bank' ? item.bank_id : item.question_id) ?? [])
  if (ids.length === 0) return new Map()
  const banks = tx.selectFrom('question_bank').where('question_bank.course_id', '=', courseId)
  const rows =
    kind === 'bank'
      ? await banks
          .select(['question_bank.id', 'question_bank.archived_at'])
          .where('question_bank.id', 'in', ids)
          .execute()
      : await banks
          .innerJoin('question', 'question.bank_id', 'question_bank.id')
          .select(['question.id', 'question.archived_at'])
          .where('question.id', 'in', ids)
          .execute()
  return new Map(rows.map((row) => [row.id, row.archived_at]))
}
