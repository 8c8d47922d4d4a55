import { type Insertable, type Kysely, type Selectable, sql, type Updateable } from 'kysely'
import { foldForSearch } from '#modules/users/index.ts'
import { lockRow } from '#platform/database/dialect.ts'
import type { Decimal } from '#platform/decimal/decimal.ts'
import type { Position } from '#platform/http/pagination.ts'
import type { Database } from '../../database.ts'
import type { QuestionContent, QuestionTypeName } from './question-types/registry.ts'
import type { QuestionsDatabase } from './tables.ts'

type Executor = Kysely<Database>
export type QuestionRow = Selectable<QuestionsDatabase['question']>
export type VersionRow = Selectable<QuestionsDatabase['question_version']>
/** A question with the course it belongs to. */
export type QuestionOfCourse = QuestionRow & { readonly course_id: string }

export function selectQuestion(db: Executor, id: string): Promise<QuestionOfCourse | undefined> {
  return db
    .selectFrom('question')
    .innerJoin('question_bank', 'question_bank.id', 'question.bank_id')
    .selectAll('question')
    .select('question_bank.course_id')
    .where('question.id', '=', id)
    .executeTakeFirst()
}

/** The question, and nobody else changes it until the transaction ends. */
export function lockQuestion(tx: Executor, id: string): Promise<QuestionRow | undefined> {
  return lockRow(tx, tx.selectFrom('question').selectAll().where('id', '=', id)).executeTakeFirst()
}

export interface QuestionFilter {
  readonly bankId: string
  readonly isArchived: boolean
  readonly type?: QuestionTypeName | undefined
  readonly tag?: string | undefined
  readonly text?: string | undefined
  readonly after: Position | undefined
  readonly limit: number
}

/** In the order in which they were made. */
export function selectQuestions(db: Executor, filter: QuestionFilter): Promise<QuestionRow[]> {
  const { bankId, isArchived, type, tag, text, after, limit } = filter
  let query = db.selectFrom('question').selectAll().where('bank_id', '=', bankId)
  query = query.where('archived_at', isArchived ? 'is not' : 'is', null)
  if (type !== undefined) query = query.where('type', '=', type)
  if (tag !== undefined) query = query.where('id', 'in', taggedWith(db, tag))
  if (text !== undefined) query = query.where(sql<boolean>`search_text like ${containing(text)} escape '\\'`)
  if (after) query = query.where(sql<boolean>`(created_at, id) > (${after[0]}, ${after[1]})`)
  return query.orderBy('created_at').orderBy('id').limit(limit).execute()
}

export async function selectTags(db: Executor, questionIds: readonly string[]): Promise<Map<string, string[]>> {
  const tags = new Map<string, string[]>()
  if (questionIds.length === 0) return tags
  const rows = await db
    .selectFrom('question_tag')
    .selectAll()
    .where('question_id', 'in', [...questionIds])
    .orderBy('question_id')
    .execute()
  for (const { question_id, tag } of rows) tags.set(question_id, [...(tags.get(question_id) ?? []), tag])
  // Each database sorts text in a way of its own.
  for (const some of tags.values()) some.sort()
  return tags
}

export async function insertQuestions(
  tx: Executor,
  questions: readonly Insertable<QuestionsDatabase['question']>[],
  versions: readonly Insertable<QuestionsDatabase['question_version']>[],
  tags: readonly QuestionsDatabase['question_tag'][],
): Promise<void> {
  for (const rows of chunks(questions)) await tx.insertInto('question').values(rows).execute()
  for (const rows of chunks(versions)) await tx.insertInto('question_version').values(rows).execute()
  for (const rows of chunks(tags)) await tx.insertInto('question_tag').values(rows).execute()
}

export async function replaceTags(tx: Executor, questionId: string, tags: readonly string[]): Promise<void> {
  await tx.deleteFrom('question_tag').where('question_id', '=', questionId).execute()
  if (tags.length === 0) return
  await tx
    .insertInto('question_tag')
    .values(tags.map((tag) => ({ question_id: questionId, tag })))
    .execute()
}

export function insertVersion(
  tx: Executor,
  values: Insertable<QuestionsDatabase['question_version']>,
): Promise<VersionRow> {
  return tx.insertInto('question_version').values(values).returningAll().executeTakeFirstOrThrow()
}

/** Changes the question and counts its version up. */
export function updateQuestion(
  tx: Executor,
  id: string,
  changes: Updateable<QuestionsDatabase['question']>,
): Promise<QuestionRow> {
  return tx
    .updateTable('question')
    .set((eb) => ({ ...changes, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** Deletes it with its versions; fails on a foreign key when anything refers to one of them. */
export async function deleteQuestion(tx: Executor, id: string): Promise<void> {
  await tx.deleteFrom('question').where('id', '=', id).execute()
}

export function selectVersion(db: Executor, questionId: string, number: number): Promise<VersionRow | undefined> {
  return db
    .selectFrom('question_version')
    .selectAll()
    .where('question_id', '=', questionId)
    .where('number', '=', number)
    .executeTakeFirst()
}

/** The newest first, from before the number `before` on. */
export function selectVersions(
  db: Executor,
  questionId: string,
  { before, limit }: { before: number | undefined; limit: number },
): Promise<VersionRow[]> {
  return db
    .selectFrom('question_version')
    .selectAll()
    .where('question_id', '=', questionId)
    .$if(before !== undefined, (query) => query.where('number', '<', before ?? 0))
    .orderBy('number', 'desc')
    .limit(limit)
    .execute()
}

/** One version of a question, as quizzes take it into their attempts. */
export interface VersionOfQuestion {
  readonly versionId: string
  readonly questionId: string
  readonly bankId: string
  readonly number: number
  readonly name: string
  /** What it is worth where a quiz says nothing else. */
  readonly points: Decimal
  readonly isArchived: boolean
  readonly content: QuestionContent
}

/** These versions, in no particular order; ids that there are not are left out. */
export async function selectVersionsById(db: Executor, versionIds: readonly string[]): Promise<VersionOfQuestion[]> {
  if (versionIds.length === 0) return []
  const rows = await versionsOfQuestions(db)
    .where('question_version.id', 'in', [...versionIds])
    .execute()
  return rows.map(toVersionOfQuestion)
}

/** The present versions of these questions, in no particular order; ids that there are not are left out. */
export async function selectPresentVersions(
  db: Executor,
  questionIds: readonly string[],
): Promise<VersionOfQuestion[]> {
  if (questionIds.length === 0) return []
  const rows = await versionsOfQuestions(db)
    .where('question.id', 'in', [...questionIds])
    .whereRef('question_version.number', '=', 'question.version_number')
    .execute()
  return rows.map(toVersionOfQuestion)
}

/** One version of a question by its number, or undefined when there is none. */
export async function selectVersionByNumber(
  db: Executor,
  questionId: string,
  number: number,
): Promise<VersionOfQuestion | undefined> {
  const row = await versionsOfQuestions(db)
    .where('question.id', '=', questionId)
    .where('question_version.number', '=', number)
    .executeTakeFirst()
  return row && toVersionOfQuestion(row)
}

/** The ids of the questions that may be drawn from a bank: all but the archived, or only those with a tag. */
export async function selectDrawableIds(db: Executor, bankId: string, tag?: string): Promise<string[]> {
  let query = db.selectFrom('question').select('id').where('bank_id', '=', bankId).where('archived_at', 'is', null)
  if (tag !== undefined) query = query.where('id', 'in', taggedWith(db, tag))
  return (await query.orderBy('id').execute()).map(({ id }) => id)
}

function versionsOfQuestions(db: Executor) {
  return db
    .selectFrom('question_version')
    .innerJoin('question', 'question.id', 'question_version.question_id')
    .select([
      'question_version.id',
      'question_version.question_id',
      'question_version.number',
      'question_version.content',
      'question.bank_id',
      'question.name',
      'question.points',
      'question.archived_at',
    ])
}

type VersionColumns = Awaited<ReturnType<ReturnType<typeof versionsOfQuestions>['execute']>>[number]

function toVersionOfQuestion(row: VersionColumns): VersionOfQuestion {
  return {
    versionId: row.id,
    questionId: row.question_id,
    bankId: row.bank_id,
    number: row.number,
    name: row.name,
    points: row.points,
    isArchived: row.archived_at !== null,
    content: row.content,
  }
}

function taggedWith(db: Executor, tag: string) {
  return db.selectFrom('question_tag').select('question_id').where('tag', '=', tag)
}

function containing(text: string): string {
  return `%${foldForSearch(text).replaceAll(/[\\%_]/g, (character) => `\\${character}`)}%`
}

const ROWS_PER_STATEMENT = 500

function* chunks<T>(rows: readonly T[]): Generator<T[]> {
  for (let at = 0; at < rows.length; at += ROWS_PER_STATEMENT) yield rows.slice(at, at + ROWS_PER_STATEMENT)
}
