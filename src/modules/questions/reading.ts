import type { Kysely } from 'kysely'
import type { Principal } from '#modules/auth/index.ts'
import { formatDecimal } from '#platform/decimal/decimal.ts'
import { type PageRequest, readCursor, readTimeCursor, toPage } from '#platform/http/pagination.ts'
import { invalidRequest } from '#platform/http/problems.ts'
import type { Database } from '../../database.ts'
import { requireBank, requireQuestion } from './access.ts'
import type { QuestionsDeps } from './deps.ts'
import { answerFaults, gradeAnswer } from './grading.ts'
import { questionNotFound, versionNotFound } from './problems.ts'
import {
  type QuestionRow,
  selectQuestion,
  selectQuestions,
  selectTags,
  selectVersion,
  selectVersions,
  type VersionRow,
} from './queries.ts'
import type { Question, QuestionSummary, QuestionsQuery, QuestionVersion, TryResult } from './schemas.ts'
import { forStudent, type StudentQuestion } from './showing.ts'
import { toQuestion, toQuestionSummary, toVersion } from './to-question.ts'

/** What a resource looks like, with the version that its ETag names. */
export interface Versioned<T> {
  readonly version: number
  readonly body: T
}

interface List<T> {
  readonly items: T[]
  readonly nextCursor: string | null
}

type Executor = Kysely<Database>

export function createReading({ db }: Pick<QuestionsDeps, 'db'>) {
  async function listQuestions(
    caller: Principal,
    bankId: string,
    query: QuestionsQuery,
  ): Promise<List<QuestionSummary>> {
    await requireBank(db, caller, bankId, 'read-drafts')
    const { limit, cursor, archived, type, tag, text } = query
    const filter = { bankId, isArchived: archived, type, tag, text, after: readTimeCursor(cursor) }
    const rows = await selectQuestions(db, { ...filter, limit: limit + 1 })
    const tags = await selectTags(
      db,
      rows.map(({ id }) => id),
    )
    return toPage(
      rows,
      limit,
      (row) => toQuestionSummary(row, tags.get(row.id) ?? []),
      (row) => [row.created_at, row.id],
    )
  }

  async function readQuestion(caller: Principal, questionId: string): Promise<Versioned<Question>> {
    await requireQuestion(db, caller, questionId, 'read-drafts')
    return readQuestionRow(db, questionId)
  }

  /** The newest first. */
  async function listVersions(
    caller: Principal,
    questionId: string,
    { limit, cursor }: PageRequest,
  ): Promise<List<QuestionVersion>> {
    await requireQuestion(db, caller, questionId, 'read-drafts')
    const before = numberOf(readCursor(cursor, 1)?.[0])
    const rows = await selectVersions(db, questionId, { before, limit: limit + 1 })
    return toPage(rows, limit, toVersion, (row) => [row.number])
  }

  async function readVersion(caller: Principal, questionId: string, number: number): Promise<QuestionVersion> {
    await requireQuestion(db, caller, questionId, 'read-drafts')
    const row = await selectVersion(db, questionId, number)
    if (!row) throw versionNotFound({ number })
    return toVersion(row)
  }

  /** The question as the student of an attempt with this seed sees it. */
  async function previewQuestion(caller: Principal, questionId: string, seed: string): Promise<StudentQuestion> {
    const question = await requireQuestion(db, caller, questionId, 'read-drafts')
    const { content } = await presentVersionOf(db, question)
    return forStudent({ questionId, content }, seed)
  }

  /** What an answer to the present version would earn. Nothing is stored. */
  async function tryQuestion(caller: Principal, questionId: string, answer: unknown): Promise<TryResult> {
    const question = await requireQuestion(db, caller, questionId, 'read-drafts')
    const { content } = await presentVersionOf(db, question)
    const faults = answerFaults(content, answer)
    if (faults.length > 0) {
      throw invalidRequest({
        errors: faults.map(({ pointer, message }) => ({ pointer: `/body/answer${pointer}`, message })),
      })
    }
    const { points, isCorrect, parts } = gradeAnswer(content, answer, question.points)
    return {
      points: points === null ? null : formatDecimal(points),
      pointsPossible: formatDecimal(question.points),
      isCorrect,
      parts: [...parts],
    }
  }

  return { listQuestions, readQuestion, listVersions, readVersion, previewQuestion, tryQuestion }
}

/** The question with its present content, for whoever has been let in already. */
export async function readQuestionRow(db: Executor, questionId: string): Promise<Versioned<Question>> {
  const row = await selectQuestion(db, questionId)
  if (!row) throw questionNotFound({ questionId })
  const tags = (await selectTags(db, [questionId])).get(questionId) ?? []
  return { version: row.version, body: toQuestion(row, tags, await presentVersionOf(db, row)) }
}

/** There always is one: a question is stored together with its first version. */
export async function presentVersionOf(db: Executor, question: QuestionRow): Promise<VersionRow> {
  const row = await selectVersion(db, question.id, question.version_number)
  if (!row) throw versionNotFound({ number: question.version_number })
  return row
}

function numberOf(value: string | number | null | undefined): number | undefined {
  if (value === undefined || (typeof value === 'number' && Number.isSafeInteger(value))) return value
  throw invalidRequest({
    errors: [{ pointer: '/query/cursor', message: 'is not a cursor of this list; start again without it' }],
  })
}
