import type { QuestionContent } from '#modules/questions/index.ts'
import { foldForSearch } from '#modules/users/index.ts'
import { type Decimal, parseDecimal } from '#platform/decimal/decimal.ts'
import type { Random } from '../random.ts'
import type { DemoRows } from '../rows.ts'

export const POINTS_EACH: Decimal = parseDecimal('2')

export interface DemoQuestion {
  readonly id: string
  readonly versionId: string
  readonly content: QuestionContent
}

interface Author {
  readonly courseId: string
  readonly ownerId: string
  readonly title: string
  readonly at: string
}

/** A bank with these questions, as their author would have written them. */
export function storeQuestions(
  random: Random,
  { courseId, ownerId, title, at }: Author,
  contents: readonly QuestionContent[],
  rows: DemoRows,
): DemoQuestion[] {
  const stamps = { created_at: at, updated_at: at }
  const bankId = random.id(new Date(at))
  rows.question_bank.push({ id: bankId, course_id: courseId, title, description: '', archived_at: null, ...stamps })
  return contents.map((plain) => {
    const content = withIds(random, plain)
    const [id, versionId] = [random.id(new Date(at)), random.id(new Date(at))]
    const name = content.prompt.slice(0, 80)
    rows.question.push({
      id,
      bank_id: bankId,
      type: content.type,
      name,
      points: POINTS_EACH,
      search_text: foldForSearch(`${name}\n${content.prompt}`),
      version_number: 1,
      archived_at: null,
      ...stamps,
    })
    rows.question_version.push({
      id: versionId,
      question_id: id,
      number: 1,
      content: JSON.stringify(content),
      created_at: at,
      created_by: ownerId,
    })
    return { id, versionId, content }
  })
}

/** An answer to a question that is right or wrong, as wished. */
export function answerTo(random: Random, { content }: DemoQuestion, isRight: boolean): object {
  switch (content.type) {
    case 'single-choice':
      return { optionId: random.pick(content.options.filter((option) => option.isCorrect === isRight)).id }
    case 'true-false':
      return { value: content.correct === isRight }
    case 'numeric':
      return { value: isRight ? content.value : String(Number(content.value) + random.whole(1, 9)) }
    default:
      throw new Error(`The demo has no answers to questions of the type ${content.type}.`)
  }
}

function withIds(random: Random, content: QuestionContent): QuestionContent {
  if (content.type !== 'single-choice') return content
  const id = () =>
    random
      .whole(0, 2 ** 32 - 1)
      .toString(16)
      .padStart(12, '0')
  return { ...content, options: content.options.map((option) => ({ id: id(), ...option })) }
}
