import type { Principal } from '#modules/auth/index.ts'
import { requireCourseRight } from '#modules/courses/index.ts'
import { isForeignKeyViolation } from '#platform/database/constraint.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { readTimeCursor, toPage } from '#platform/http/pagination.ts'
import { lockBankFor, requireBank } from '../access.ts'
import type { QuestionsDeps, VersionGuard } from '../deps.ts'
import { bankNotFound, nothingToDo, questionInUse } from '../problems.ts'
import type { Versioned } from '../reading.ts'
import type { BanksQuery, ChangeBankBody, CreateBankBody, QuestionBank } from '../schemas.ts'
import { type CountedBank, deleteBank, insertBank, selectBank, selectBanks, updateBank } from './queries.ts'

export function createBanks({ db, now, newId }: QuestionsDeps) {
  async function createBank(
    caller: Principal,
    courseId: string,
    { title, description = '' }: CreateBankBody,
  ): Promise<Versioned<QuestionBank>> {
    const at = now().toISOString()
    return inTransaction(db, async (tx) => {
      await requireCourseRight(tx, caller, courseId, 'edit')
      const id = newId()
      await insertBank(tx, {
        id,
        course_id: courseId,
        title: title.trim(),
        description: description.trim(),
        created_at: at,
        updated_at: at,
        archived_at: null,
      })
      return readBack(tx, id)
    })
  }

  async function listBanks(caller: Principal, courseId: string, { limit, cursor, archived }: BanksQuery) {
    await requireCourseRight(db, caller, courseId, 'read-drafts')
    const wish = { courseId, isArchived: archived, after: readTimeCursor(cursor), limit: limit + 1 }
    return toPage(await selectBanks(db, wish), limit, toBank, (row) => [row.created_at, row.id])
  }

  async function readBank(caller: Principal, bankId: string): Promise<Versioned<QuestionBank>> {
    const row = await requireBank(db, caller, bankId, 'read-drafts')
    return { version: row.version, body: toBank(row) }
  }

  async function changeBank(
    caller: Principal,
    bankId: string,
    { title, description }: ChangeBankBody,
    guard: VersionGuard,
  ): Promise<Versioned<QuestionBank>> {
    return inTransaction(db, async (tx) => {
      const bank = await lockBankFor(tx, caller, bankId)
      guard(bank.version)
      await updateBank(tx, bankId, {
        title: title?.trim() ?? bank.title,
        description: description?.trim() ?? bank.description,
        updated_at: now().toISOString(),
      })
      return readBack(tx, bankId)
    })
  }

  /** Deletes a bank with its questions, if nothing refers to it or to one of them; any other is archived instead. */
  async function removeBank(caller: Principal, bankId: string, guard: VersionGuard): Promise<void> {
    await inTransaction(db, async (tx) => {
      const bank = await lockBankFor(tx, caller, bankId)
      guard(bank.version)
      try {
        await deleteBank(tx, bankId)
      } catch (error) {
        throw isForeignKeyViolation(error) ? questionInUse({ what: 'bank' }, error) : error
      }
    })
  }

  /** An archived bank takes no questions; quizzes that draw from it already go on. */
  async function archiveBank(caller: Principal, bankId: string, isArchived: boolean): Promise<Versioned<QuestionBank>> {
    return inTransaction(db, async (tx) => {
      const bank = await lockBankFor(tx, caller, bankId)
      if ((bank.archived_at !== null) === isArchived) throw nothingToDo({ isArchived })
      const at = now().toISOString()
      await updateBank(tx, bankId, { archived_at: isArchived ? at : null, updated_at: at })
      return readBack(tx, bankId)
    })
  }

  return { createBank, listBanks, readBank, changeBank, removeBank, archiveBank }
}

async function readBack(tx: QuestionsDeps['db'], bankId: string): Promise<Versioned<QuestionBank>> {
  const row = await selectBank(tx, bankId)
  if (!row) throw bankNotFound({ bankId })
  return { version: row.version, body: toBank(row) }
}

function toBank(row: CountedBank): QuestionBank {
  return {
    id: row.id,
    courseId: row.course_id,
    title: row.title,
    description: row.description,
    questionCount: row.question_count,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    archivedAt: row.archived_at,
  }
}
