import type { Insertable, Kysely, Selectable, Updateable } from 'kysely'
import { lockRow } from '#platform/database/dialect.ts'
import { prepared } from '#platform/database/prepared.ts'
import type { Database } from '../../../database.ts'
import type { QuizzesDatabase } from '../tables.ts'

type Executor = Kysely<Database>
export type QuizRow = Selectable<QuizzesDatabase['quiz']>
export type QuizItemRow = Selectable<QuizzesDatabase['quiz_item']>

const quizById = prepared((db: Executor, { id }: { id: string }) =>
  db.selectFrom('quiz').selectAll().where('id', '=', id),
)

export async function selectQuiz(db: Executor, id: string): Promise<QuizRow | undefined> {
  return (await quizById(db, { id }))[0]
}

export function selectQuizOfLesson(db: Executor, lessonId: string): Promise<QuizRow | undefined> {
  return db.selectFrom('quiz').selectAll().where('lesson_id', '=', lessonId).executeTakeFirst()
}

/** The quiz, and nobody else changes it until the transaction ends. After the course, before anything of attempts. */
export function lockQuiz(tx: Executor, id: string): Promise<QuizRow | undefined> {
  return lockRow(tx, tx.selectFrom('quiz').selectAll().where('id', '=', id)).executeTakeFirst()
}

const itemsOfQuiz = prepared((db: Executor, { quizId }: { quizId: string }) =>
  db.selectFrom('quiz_item').selectAll().where('quiz_id', '=', quizId).orderBy('position'),
)

/** In their order. */
export function selectQuizItems(db: Executor, quizId: string): Promise<QuizItemRow[]> {
  return itemsOfQuiz(db, { quizId })
}

export async function insertQuiz(tx: Executor, row: Insertable<QuizzesDatabase['quiz']>): Promise<void> {
  await tx.insertInto('quiz').values(row).execute()
}

/** Changes the quiz and counts its version up. */
export async function updateQuiz(
  tx: Executor,
  id: string,
  changes: Updateable<QuizzesDatabase['quiz']>,
): Promise<void> {
  await tx
    .updateTable('quiz')
    .set((eb) => ({ ...changes, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .execute()
}

export async function replaceQuizItems(
  tx: Executor,
  quizId: string,
  rows: readonly Insertable<QuizzesDatabase['quiz_item']>[],
): Promise<void> {
  await tx.deleteFrom('quiz_item').where('quiz_id', '=', quizId).execute()
  if (rows.length > 0) await tx.insertInto('quiz_item').values(rows).execute()
}

export async function deleteQuiz(tx: Executor, id: string): Promise<void> {
  await tx.deleteFrom('quiz_item').where('quiz_id', '=', id).execute()
  await tx.deleteFrom('quiz').where('id', '=', id).execute()
}

export async function countAttempts(db: Executor, quizId: string): Promise<number> {
  const { count } = await db
    .selectFrom('attempt')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('quiz_id', '=', quizId)
    .executeTakeFirstOrThrow()
  return count
}

export async function insertExtraAttempts(
  tx: Executor,
  row: Insertable<QuizzesDatabase['extra_attempt']>,
): Promise<void> {
  await tx.insertInto('extra_attempt').values(row).execute()
}

const extraAttempts = prepared((db: Executor, { quizId, enrollmentId }: { quizId: string; enrollmentId: string }) =>
  db
    .selectFrom('extra_attempt')
    .select((eb) => eb.fn.sum<number | string | null>('attempts').as('extra'))
    .where('quiz_id', '=', quizId)
    .where('enrollment_id', '=', enrollmentId),
)

/** How many attempts staff granted beyond those of the quiz. */
export async function sumExtraAttempts(db: Executor, quizId: string, enrollmentId: string): Promise<number> {
  return Number((await extraAttempts(db, { quizId, enrollmentId }))[0]?.extra ?? 0)
}
