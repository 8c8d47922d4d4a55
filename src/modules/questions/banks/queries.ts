import { type Insertable, type Kysely, type Selectable, sql, type Updateable } from 'kysely'
import { lockRow } from '#platform/database/dialect.ts'
import type { Position } from '#platform/http/pagination.ts'
import type { Database } from '../../../database.ts'
import type { QuestionsDatabase } from '../tables.ts'

type Executor = Kysely<Database>
export type BankRow = Selectable<QuestionsDatabase['question_bank']>
export type CountedBank = BankRow & { readonly question_count: number }

export function selectBank(db: Executor, id: string): Promise<CountedBank | undefined> {
  return countedBanks(db).where('question_bank.id', '=', id).executeTakeFirst()
}

/** The bank, and nobody else changes it or adds to it until the transaction ends. */
export function lockBank(tx: Executor, id: string): Promise<BankRow | undefined> {
  return lockRow(tx, tx.selectFrom('question_bank').selectAll().where('id', '=', id)).executeTakeFirst()
}

/** In the order in which they were made. */
export function selectBanks(
  db: Executor,
  wish: { courseId: string; isArchived: boolean; after: Position | undefined; limit: number },
): Promise<CountedBank[]> {
  const { courseId, isArchived, after, limit } = wish
  let query = countedBanks(db).where('course_id', '=', courseId)
  query = query.where('archived_at', isArchived ? 'is not' : 'is', null)
  if (after) query = query.where(sql<boolean>`(created_at, id) > (${after[0]}, ${after[1]})`)
  return query.orderBy('created_at').orderBy('id').limit(limit).execute()
}

export async function insertBank(tx: Executor, values: Insertable<QuestionsDatabase['question_bank']>): Promise<void> {
  await tx.insertInto('question_bank').values(values).execute()
}

/** Changes the bank and counts its version up. */
export async function updateBank(
  tx: Executor,
  id: string,
  changes: Updateable<QuestionsDatabase['question_bank']>,
): Promise<void> {
  await tx
    .updateTable('question_bank')
    .set((eb) => ({ ...changes, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .execute()
}

/** Deletes it with its questions; fails on a foreign key when anything refers to it or to one of them. */
export async function deleteBank(tx: Executor, id: string): Promise<void> {
  await tx.deleteFrom('question_bank').where('id', '=', id).execute()
}

/** Archived ones included. */
export async function countQuestions(db: Executor, bankId: string): Promise<number> {
  const { count } = await db
    .selectFrom('question')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('bank_id', '=', bankId)
    .executeTakeFirstOrThrow()
  return count
}

function countedBanks(db: Executor) {
  const count = sql<number>`(
    select count(*) from question where question.bank_id = question_bank.id and question.archived_at is null
  )`
  return db.selectFrom('question_bank').selectAll('question_bank').select(count.as('question_count'))
}
