import { isDeepStrictEqual } from 'node:util'
import type { Kysely } from 'kysely'
import type { Principal } from '#modules/auth/index.ts'
import { isForeignKeyViolation } from '#platform/database/constraint.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { parseDecimal } from '#platform/decimal/decimal.ts'
import { type FieldError, invalidRequest } from '#platform/http/problems.ts'
import type { Database } from '../../database.ts'
import { lockBankFor, lockQuestionFor, requireQuestion } from './access.ts'
import { addQuestions } from './adding.ts'
import { contentFaults } from './content.ts'
import type { QuestionsDeps, VersionGuard } from './deps.ts'
import { itemIdFaults, withItemIds, withoutItemIds } from './item-ids.ts'
import { nothingToDo, questionInUse } from './problems.ts'
import {
  deleteQuestion,
  insertVersion,
  type QuestionOfCourse,
  replaceTags,
  selectTags,
  updateQuestion,
} from './queries.ts'
import type { QuestionContent } from './question-types/registry.ts'
import { presentVersionOf, readQuestionRow, type Versioned } from './reading.ts'
import type { ChangeQuestionBody, CreateQuestionBody, DuplicateQuestionBody, Question } from './schemas.ts'
import { searchTextOf } from './to-question.ts'

type Tx = Kysely<Database>

export function createAuthoring(deps: QuestionsDeps) {
  const { db, now, newId } = deps

  async function createQuestion(
    caller: Principal,
    bankId: string,
    input: CreateQuestionBody,
  ): Promise<Versioned<Question>> {
    refuseFaults([...contentFaults(input.content), ...itemIdFaults(input.content, undefined)])
    return inTransaction(db, async (tx) => {
      const bank = await lockBankFor(tx, caller, bankId)
      const [id = ''] = await addQuestions(tx, deps, caller, bank, [input])
      return readQuestionRow(tx, id)
    })
  }

  /**
   * Changes what is given. Another content becomes a new version; whoever answered an older one keeps it. Options and
   * items that keep their id stay the same to those who chose them, also when they are graded again by the new version.
   */
  async function changeQuestion(
    caller: Principal,
    questionId: string,
    input: ChangeQuestionBody,
    guard: VersionGuard,
  ): Promise<Versioned<Question>> {
    return inTransaction(db, async (tx) => {
      const question = await lockQuestionFor(tx, caller, questionId)
      guard(question.version)
      const before = (await presentVersionOf(tx, question)).content
      const content = input.content === undefined ? before : nextContent(before, input.content)
      const isNew = !isDeepStrictEqual(content, before)
      if (isNew) await addVersion(tx, caller, question, content)
      if (input.tags) await replaceTags(tx, questionId, input.tags)
      const tags = (await selectTags(tx, [questionId])).get(questionId) ?? []
      const name = input.name?.trim() ?? question.name
      await updateQuestion(tx, questionId, {
        name,
        search_text: searchTextOf(name, tags, content),
        version_number: question.version_number + (isNew ? 1 : 0),
        updated_at: now().toISOString(),
        ...(input.points !== undefined && { points: parseDecimal(input.points) }),
      })
      return readQuestionRow(tx, questionId)
    })
  }

  function addVersion(tx: Tx, caller: Principal, question: QuestionOfCourse, content: QuestionContent) {
    return insertVersion(tx, {
      id: newId(),
      question_id: question.id,
      number: question.version_number + 1,
      content: JSON.stringify(content),
      created_at: now().toISOString(),
      created_by: caller.userId,
    })
  }

  /** Deletes a question that nothing refers to; any other is archived instead. */
  async function removeQuestion(caller: Principal, questionId: string, guard: VersionGuard): Promise<void> {
    await inTransaction(db, async (tx) => {
      const question = await lockQuestionFor(tx, caller, questionId)
      guard(question.version)
      try {
        await deleteQuestion(tx, questionId)
      } catch (error) {
        throw isForeignKeyViolation(error) ? questionInUse({ what: 'question' }, error) : error
      }
    })
  }

  /** Archived, no quiz can newly use or draw it; what students did with it stays. */
  async function archiveQuestion(
    caller: Principal,
    questionId: string,
    isArchived: boolean,
  ): Promise<Versioned<Question>> {
    return inTransaction(db, async (tx) => {
      const question = await lockQuestionFor(tx, caller, questionId)
      if ((question.archived_at !== null) === isArchived) throw nothingToDo({ isArchived })
      const at = now().toISOString()
      await updateQuestion(tx, questionId, { archived_at: isArchived ? at : null, updated_at: at })
      return readQuestionRow(tx, questionId)
    })
  }

  /** A new question that begins with the present content of another, with ids of its own for all options and items. */
  async function duplicateQuestion(
    caller: Principal,
    questionId: string,
    { bankId }: DuplicateQuestionBody,
  ): Promise<Versioned<Question>> {
    return inTransaction(db, async (tx) => {
      const question = await requireQuestion(tx, caller, questionId, 'read-drafts')
      const bank = await lockBankFor(tx, caller, bankId ?? question.bank_id)
      const { content } = await presentVersionOf(tx, question)
      const tags = (await selectTags(tx, [questionId])).get(questionId)
      const { body } = await readQuestionRow(tx, questionId)
      const copy = { name: question.name, points: body.points, tags, content: withoutItemIds(content) }
      const [id = ''] = await addQuestions(tx, deps, caller, bank, [copy])
      return readQuestionRow(tx, id)
    })
  }

  return { createQuestion, changeQuestion, removeQuestion, archiveQuestion, duplicateQuestion }
}

/** The content that a change asks for, with ids for what is new; throws a 400 that names what does not fit. */
function nextContent(before: QuestionContent, wanted: QuestionContent): QuestionContent {
  if (wanted.type !== before.type) {
    const message = `must stay ${before.type}; make another question for another type`
    throw invalidRequest({ errors: [{ pointer: '/body/content/type', message }] })
  }
  refuseFaults([...contentFaults(wanted), ...itemIdFaults(wanted, before)])
  return withItemIds(wanted)
}

function refuseFaults(faults: readonly FieldError[]): void {
  if (faults.length === 0) return
  const errors = faults.map(({ pointer, message }) => ({ pointer: `/body/content${pointer}`, message }))
  throw invalidRequest({ errors })
}
