import { type Static, Type } from 'typebox'
import { shuffled } from '#platform/random/seeded-random.ts'
import type { Solution } from './question-types/question-type.ts'
import { type QuestionContent, type QuestionTypeName, questionTypeNames, typeOf } from './question-types/registry.ts'

/** What showing needs of one version of a question. */
export interface ShownVersion {
  readonly questionId: string
  readonly content: QuestionContent
}

const item = Type.Object({ id: Type.String(), text: Type.String({ description: 'Markdown.' }) })
const optional = (description: string) => Type.Optional(Type.Array(item, { description }))

/** A question as a student sees it while he answers: nothing in it tells the key. */
export const StudentQuestion = Type.Object(
  {
    type: Type.Unsafe<QuestionTypeName>({ type: 'string', enum: questionTypeNames }),
    prompt: Type.String({ description: 'Markdown.' }),
    options: optional('Choice: what to choose from.'),
    premises: optional('Matching: what needs a match.'),
    matches: optional('Matching: the matches to choose from.'),
    items: optional('Ordering: what to put in order.'),
    maxCharacters: Type.Optional(Type.Integer({ description: 'Essay: the longest text that is taken.' })),
  },
  { $id: 'StudentQuestion' },
)
export type StudentQuestion = Static<typeof StudentQuestion>

/** What a fully right answer says, in the words of an answer where there is one. */
export const QuestionSolution = Type.Object(
  {
    optionIds: Type.Optional(Type.Array(Type.String(), { description: 'Choice.' })),
    value: Type.Optional(Type.Union([Type.Boolean(), Type.String()], { description: 'True/false and numeric.' })),
    tolerance: Type.Optional(Type.Object({ kind: Type.String(), value: Type.String() }, { description: 'Numeric.' })),
    accepted: Type.Optional(Type.Array(Type.String(), { description: 'Short answer.' })),
    pairs: Type.Optional(
      Type.Array(Type.Object({ premiseId: Type.String(), matchId: Type.String() }), { description: 'Matching.' }),
    ),
    itemIds: Type.Optional(Type.Array(Type.String(), { description: 'Ordering.' })),
  },
  { $id: 'QuestionSolution' },
)

/** What may be shown beside the question once the quiz shows solutions. */
export interface QuestionReview {
  readonly solution: Solution
  /** Markdown. */
  readonly explanation: string | null
  /** What the author says to the options that were chosen. */
  readonly feedback: readonly { readonly optionId: string; readonly text: string }[]
}

/**
 * The question without its key, options, matches and items in an order that `seed` decides: the same for each call with
 * it, also in later versions of the question as far as the items stay the same in number and place. Give each attempt a
 * seed of its own.
 */
export function forStudent({ questionId, content }: ShownVersion, seed: string): StudentQuestion {
  const shown = typeOf(content).show(content, (items) => shuffled(items, `${seed}:${questionId}`))
  return { type: content.type, prompt: content.prompt, ...shown } as StudentQuestion
}

/**
 * What belongs beside `forStudent` in the review of an answer: the solution, the explanation, and the feedback to what
 * was chosen. Which of it a student may see yet is for the quiz to decide. Never throws, whatever `answer` is.
 */
export function forReview({ content }: ShownVersion, answer: unknown): QuestionReview {
  return {
    solution: typeOf(content).solve(content),
    explanation: content.explanation ?? null,
    feedback: feedbackTo(content, answer),
  }
}

function feedbackTo(content: QuestionContent, answer: unknown): QuestionReview['feedback'] {
  if (!('options' in content) || answer === null || typeof answer !== 'object') return []
  const { optionId, optionIds } = answer as { optionId?: unknown; optionIds?: unknown }
  const chosen = new Set<unknown>(Array.isArray(optionIds) ? optionIds : [optionId])
  return content.options.flatMap(({ id, feedback }) =>
    id !== undefined && feedback && chosen.has(id) ? [{ optionId: id, text: feedback }] : [],
  )
}
