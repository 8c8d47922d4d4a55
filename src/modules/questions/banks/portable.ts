import type { Principal } from '#modules/auth/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { formatDecimal } from '#platform/decimal/decimal.ts'
import { type FieldError, invalidRequest } from '#platform/http/problems.ts'
import { lockBankFor, requireBank } from '../access.ts'
import { addQuestions } from '../adding.ts'
import { contentFaults } from '../content.ts'
import type { QuestionsDeps } from '../deps.ts'
import { withoutItemIds } from '../item-ids.ts'
import { selectPresentVersions, selectQuestions, selectTags } from '../queries.ts'
import { schemaFaults } from '../schema-faults.ts'
import { type ImportBody, PortableQuestion, type QuestionExport } from '../schemas.ts'

const ALL = 10_000

export function createPortable(deps: QuestionsDeps) {
  const { db } = deps

  /** All questions of a bank but the archived, as `importBank` takes them, also into another course or product. */
  async function exportBank(caller: Principal, bankId: string): Promise<QuestionExport> {
    const bank = await requireBank(db, caller, bankId, 'read-drafts')
    const rows = await selectQuestions(db, { bankId, isArchived: false, after: undefined, limit: ALL })
    const ids = rows.map(({ id }) => id)
    const tags = await selectTags(db, ids)
    const contents = new Map((await selectPresentVersions(db, ids)).map((one) => [one.questionId, one.content]))
    return {
      format: 'lms-questions/1',
      title: bank.title,
      questions: rows.flatMap(({ id, name, points }) => {
        const content = contents.get(id)
        if (!content) return []
        return [{ name, points: formatDecimal(points), tags: tags.get(id) ?? [], content: withoutItemIds(content) }]
      }),
    }
  }

  /** Adds all questions or, when anything is wrong with any of them, none, and tells everything that is wrong. */
  async function importBank(caller: Principal, bankId: string, { questions }: ImportBody) {
    const errors = questions.flatMap(faultsOf)
    return inTransaction(db, async (tx) => {
      const bank = await lockBankFor(tx, caller, bankId)
      if (errors.length > 0) throw invalidRequest({ errors })
      const given = (questions as PortableQuestion[]).map((one) => ({ ...one, content: withoutItemIds(one.content) }))
      const questionIds = await addQuestions(tx, deps, caller, bank, given)
      return { imported: questionIds.length, questionIds }
    })
  }

  return { exportBank, importBank }
}

function faultsOf(question: unknown, index: number): FieldError[] {
  const content = (question as { content?: unknown } | null)?.content
  const faults = [
    ...schemaFaults(PortableQuestion, question),
    ...(content === undefined
      ? []
      : contentFaults(content).map((fault) => ({ ...fault, pointer: `/content${fault.pointer}` }))),
  ]
  return faults.map(({ pointer, message }) => ({ pointer: `/body/questions/${index}${pointer}`, message }))
}
