import type { Kysely } from 'kysely'
import type { Principal } from '#modules/auth/index.ts'
import { type CourseRight, requireCourseRight } from '#modules/courses/index.ts'
import {
  isGradedByHand,
  questionNotFound,
  selectVersionByNumber,
  type VersionOfQuestion,
  versionNotFound,
} from '#modules/questions/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { formatDecimal } from '#platform/decimal/decimal.ts'
import { type PageRequest, readCursor, readTimeCursor, toPage } from '#platform/http/pagination.ts'
import { enqueue } from '#platform/jobs/outbox.ts'
import type { Database } from '../../../database.ts'
import type { QuestionVersions } from '../attempts/question-versions.ts'
import type { QuizzesDeps } from '../deps.ts'
import { regradeAttempts } from '../jobs.ts'
import { gradedByHand, questionNotAsked, regradeNotFound } from '../problems.ts'
import { requireVisibleQuiz } from '../quiz/access.ts'
import { type QuizRow, selectQuiz } from '../quiz/queries.ts'
import type { RegradeRow } from './keys.ts'
import { previewRegrade } from './preview.ts'
import { insertRegrade, selectAnswersTo, selectRegrade, selectRegradeChanges, selectRegradePage } from './queries.ts'
import type { Regrade, RegradeBody, RegradeChange, RegradePreview, RegradeWish } from './schemas.ts'

type Executor = Kysely<Database>

/** The versions that a regrade is about. */
interface Versions {
  readonly present: VersionOfQuestion
  /** Null: everybody gets the points. */
  readonly key: VersionOfQuestion | null
}

export function createRegrading(
  { db, now, newId }: Pick<QuizzesDeps, 'db' | 'now' | 'newId'>,
  versions: QuestionVersions,
) {
  /** Who would change, and by how much. Nothing is stored. */
  async function previewRegrading(caller: Principal, quizId: string, wish: RegradeWish): Promise<RegradePreview> {
    await requireQuiz(db, caller, quizId, 'grade')
    const { present, key } = await versionsOf(db, wish)
    const answers = await selectAnswersTo(db, quizId, wish.questionId)
    if (answers.length === 0) throw questionNotAsked({ questionId: wish.questionId })
    const ids = [...new Set(answers.map((row) => row.question_version_id))]
    const taken = new Map((await versions.byId(db, ids)).map((version) => [version.versionId, version]))
    return previewRegrade(answers, taken, {
      rule: wish.rule,
      upToNumber: present.number,
      content: key?.content ?? null,
    })
  }

  /**
   * From now on all answers to this question in this quiz are graded so, those to later versions of it apart. A job goes
   * through what was handed in already; its students are told by mail when their result changes.
   */
  async function regrade(caller: Principal, quizId: string, { reason, ...wish }: RegradeBody): Promise<Regrade> {
    return inTransaction(db, async (tx) => {
      await requireQuiz(tx, caller, quizId, 'edit')
      const { present, key } = await versionsOf(tx, wish)
      if (!(await isAsked(tx, quizId, wish.questionId))) throw questionNotAsked({ questionId: wish.questionId })
      const at = now()
      const id = newId()
      await insertRegrade(tx, {
        id,
        quiz_id: quizId,
        question_id: wish.questionId,
        rule: wish.rule,
        key_version_id: key?.versionId ?? null,
        up_to_number: present.number,
        reason: reason.trim(),
        created_at: at.toISOString(),
        created_by: caller.userId,
        finished_at: null,
      })
      await enqueue(tx, regradeAttempts, { regradeId: id, afterEnrollmentId: '' }, at)
      return readBack(tx, id)
    })
  }

  async function readRegrade(caller: Principal, regradeId: string): Promise<Regrade> {
    await requireRegrade(caller, regradeId)
    return readBack(db, regradeId)
  }

  async function listRegrades(caller: Principal, quizId: string, { limit, cursor }: PageRequest) {
    await requireQuiz(db, caller, quizId, 'grade')
    const rows = await selectRegradePage(db, { quizId, after: readTimeCursor(cursor), limit: limit + 1 })
    const numbers = await keyNumbers(db, rows)
    return toPage(
      rows,
      limit,
      (row) => toRegrade(row, numbers),
      (row) => [row.created_at, row.id],
    )
  }

  /** Whose answers a regrade has changed, oldest first. */
  async function listRegradeChanges(caller: Principal, regradeId: string, { limit, cursor }: PageRequest) {
    await requireRegrade(caller, regradeId)
    const after = readCursor(cursor, 1)?.[0]
    const wanted = { regradeId, after: after === undefined ? undefined : String(after), limit: limit + 1 }
    const rows = await selectRegradeChanges(db, wanted)
    const toItem = (row: (typeof rows)[number]): RegradeChange => ({
      attemptId: row.attempt_id,
      attemptNumber: row.number,
      position: row.position,
      student: { id: row.student_id, fullName: row.full_name },
      pointsBefore: row.points_before === null ? null : formatDecimal(row.points_before),
      pointsAfter: formatDecimal(row.points_after),
      gradedAt: row.graded_at,
    })
    return toPage(rows, limit, toItem, (row) => [row.id])
  }

  async function requireQuiz(
    executor: Executor,
    caller: Principal,
    quizId: string,
    right: CourseRight,
  ): Promise<QuizRow> {
    const found = await selectQuiz(executor, quizId)
    const { quiz } = await requireVisibleQuiz(executor, caller, quizId, found, now())
    await requireCourseRight(executor, caller, quiz.course_id, right)
    return quiz
  }

  async function requireRegrade(caller: Principal, regradeId: string): Promise<void> {
    const row = await selectRegrade(db, regradeId)
    if (!row) throw regradeNotFound({ regradeId })
    await requireQuiz(db, caller, row.quiz_id, 'grade')
  }

  async function versionsOf(executor: Executor, { questionId, rule, versionNumber }: RegradeWish): Promise<Versions> {
    const present = (await versions.presentOf(executor, [questionId])).get(questionId)
    if (!present) throw questionNotFound({ questionId })
    if (isGradedByHand(present.content)) throw gradedByHand()
    if (rule === 'full-points') return { present, key: null }
    if (versionNumber === undefined || versionNumber === present.number) return { present, key: present }
    const key = await selectVersionByNumber(executor, questionId, versionNumber)
    if (!key) throw versionNotFound({ number: versionNumber })
    return { present, key }
  }

  async function readBack(executor: Executor, regradeId: string): Promise<Regrade> {
    const row = await selectRegrade(executor, regradeId)
    if (!row) throw regradeNotFound({ regradeId })
    return toRegrade(row, await keyNumbers(executor, [row]))
  }

  async function keyNumbers(executor: Executor, rows: readonly RegradeRow[]): Promise<Map<string, number>> {
    const ids = rows.flatMap((row) => row.key_version_id ?? [])
    return new Map((await versions.byId(executor, ids)).map(({ versionId, number }) => [versionId, number]))
  }

  return { previewRegrading, regrade, readRegrade, listRegrades, listRegradeChanges }
}

async function isAsked(db: Executor, quizId: string, questionId: string): Promise<boolean> {
  const row = await db
    .selectFrom('attempt_answer')
    .innerJoin('attempt', 'attempt.id', 'attempt_answer.attempt_id')
    .select('attempt.id')
    .where('attempt_answer.question_id', '=', questionId)
    .where('attempt.quiz_id', '=', quizId)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

function toRegrade(row: RegradeRow, numbers: ReadonlyMap<string, number>): Regrade {
  return {
    id: row.id,
    quizId: row.quiz_id,
    questionId: row.question_id,
    rule: row.rule,
    keyVersionNumber: row.key_version_id === null ? null : (numbers.get(row.key_version_id) ?? null),
    reason: row.reason,
    createdAt: row.created_at,
    createdBy: row.created_by,
    finishedAt: row.finished_at,
    changedAnswers: row.changed_answers,
  }
}
