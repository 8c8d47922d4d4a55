import type { Kysely } from 'kysely'
import type { Principal } from '#modules/auth/index.ts'
import { type Decimal, parseDecimal } from '#platform/decimal/decimal.ts'
import type { Database } from '../../database.ts'
import { type BankRow, countQuestions } from './banks/queries.ts'
import type { QuestionsDeps } from './deps.ts'
import { withItemIds } from './item-ids.ts'
import { bankArchived, bankFull } from './problems.ts'
import { insertQuestions } from './queries.ts'
import type { QuestionContent } from './question-types/registry.ts'
import { nameOf, searchTextOf } from './to-question.ts'

const QUESTIONS_MAX = 2000
const POINTS_DEFAULT: Decimal = parseDecimal('1')

export interface NewQuestion {
  readonly content: QuestionContent
  readonly name?: string | undefined
  /** A decimal as it is written. */
  readonly points?: string | undefined
  readonly tags?: readonly string[] | undefined
}

/** Adds questions to a bank that is locked, in this order and each with its first version; returns their ids. */
export async function addQuestions(
  tx: Kysely<Database>,
  { now, newId }: Pick<QuestionsDeps, 'now' | 'newId'>,
  caller: Principal,
  bank: BankRow,
  given: readonly NewQuestion[],
): Promise<string[]> {
  if (bank.archived_at !== null) throw bankArchived()
  if ((await countQuestions(tx, bank.id)) + given.length > QUESTIONS_MAX) throw bankFull({ limit: QUESTIONS_MAX })
  const at = now().toISOString()
  const made = given.map(({ name, points, tags = [], content: written }) => {
    const [id, content] = [newId(), withItemIds(written)]
    const label = name?.trim() ?? nameOf(content)
    return {
      question: {
        id,
        bank_id: bank.id,
        type: content.type,
        name: label,
        points: points === undefined ? POINTS_DEFAULT : parseDecimal(points),
        search_text: searchTextOf(label, tags, content),
        version_number: 1,
        created_at: at,
        updated_at: at,
        archived_at: null,
      },
      version: {
        id: newId(),
        question_id: id,
        number: 1,
        content: JSON.stringify(content),
        created_at: at,
        created_by: caller.userId,
      },
      tags: tags.map((tag) => ({ question_id: id, tag })),
    }
  })
  await insertQuestions(
    tx,
    made.map(({ question }) => question),
    made.map(({ version }) => version),
    made.flatMap((one) => one.tags),
  )
  return made.map(({ question }) => question.id)
}
