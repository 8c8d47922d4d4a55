import type { Kysely } from 'kysely'
import type { Principal } from '#modules/auth/index.ts'
import { courseNotFound, requireCourseRight } from '#modules/courses/index.ts'
import { Problem } from '#platform/problem/problem.ts'
import type { Database } from '../../database.ts'
import { type BankRow, type CountedBank, lockBank, selectBank } from './banks/queries.ts'
import { bankNotFound, questionNotFound } from './problems.ts'
import { lockQuestion, type QuestionOfCourse, selectQuestion } from './queries.ts'

type Executor = Kysely<Database>
type Right = 'read-drafts' | 'edit'

/** A bank for the staff of its course; for everybody else it does not exist. */
export async function requireBank(db: Executor, caller: Principal, bankId: string, right: Right): Promise<CountedBank> {
  const bank = await selectBank(db, bankId)
  if (!bank) throw bankNotFound({ bankId })
  await requireStaff(db, caller, bank.course_id, right, () => bankNotFound({ bankId }))
  return bank
}

/** The same for who is about to change it: it stays locked until the transaction ends. */
export async function lockBankFor(tx: Executor, caller: Principal, bankId: string): Promise<BankRow> {
  const bank = await lockBank(tx, bankId)
  if (!bank) throw bankNotFound({ bankId })
  // Read after the lock: whoever was removed a moment ago is removed.
  await requireStaff(tx, caller, bank.course_id, 'edit', () => bankNotFound({ bankId }))
  return bank
}

/** A question for the staff of its course; for everybody else it does not exist. */
export async function requireQuestion(
  db: Executor,
  caller: Principal,
  questionId: string,
  right: Right,
): Promise<QuestionOfCourse> {
  const question = await selectQuestion(db, questionId)
  if (!question) throw questionNotFound({ questionId })
  await requireStaff(db, caller, question.course_id, right, () => questionNotFound({ questionId }))
  return question
}

/** The same for who is about to change it: it stays locked until the transaction ends. */
export async function lockQuestionFor(tx: Executor, caller: Principal, questionId: string): Promise<QuestionOfCourse> {
  if (!(await lockQuestion(tx, questionId))) throw questionNotFound({ questionId })
  return requireQuestion(tx, caller, questionId, 'edit')
}

/** Who may not even read is told that there is nothing; a reader who may not edit is told so. */
async function requireStaff(
  db: Executor,
  caller: Principal,
  courseId: string,
  right: Right,
  hide: () => Error,
): Promise<void> {
  try {
    await requireCourseRight(db, caller, courseId, 'read-drafts')
  } catch (error) {
    if (error instanceof Problem && (error.status === 403 || error.code === courseNotFound.code)) throw hide()
    throw error
  }
  if (right === 'edit') await requireCourseRight(db, caller, courseId, 'edit')
}
