import type { TSchema } from 'typebox'
import { multipleChoice, singleChoice } from './choice.ts'
import { essay } from './essay.ts'
import { matching } from './matching.ts'
import { numeric } from './numeric.ts'
import { ordering } from './ordering.ts'
import type { QuestionType } from './question-type.ts'
import { shortAnswer } from './short-answer.ts'
import { trueFalse } from './true-false.ts'

/** Every type of question. A new one is one file and one line here. */
export const questionTypes = {
  'single-choice': singleChoice,
  'multiple-choice': multipleChoice,
  'true-false': trueFalse,
  numeric,
  'short-answer': shortAnswer,
  matching,
  ordering,
  essay,
} as const

export type QuestionTypeName = keyof typeof questionTypes
export const questionTypeNames = Object.keys(questionTypes) as readonly QuestionTypeName[]

type ContentOf<T extends QuestionTypeName> = (typeof questionTypes)[T] extends QuestionType<infer C, never> ? C : never
type AnswerOf<T extends QuestionTypeName> = (typeof questionTypes)[T] extends QuestionType<never, infer A> ? A : never

interface EveryContent {
  /** Markdown. */
  readonly prompt: string
  /** Markdown, shown in the review. */
  readonly explanation?: string
}

/** What a question asks, and its key. */
export type QuestionContent = {
  [T in QuestionTypeName]: { readonly type: T } & EveryContent & ContentOf<T>
}[QuestionTypeName]

/** What a student answers; which form is right depends on the type of the question. */
export type Answer = { [T in QuestionTypeName]: AnswerOf<T> }[QuestionTypeName]

/** The functions of one type without its particular types, for whoever has content and answer of the same question. */
export function typeOf(content: Pick<QuestionContent, 'type'>): QuestionType<unknown, unknown> {
  return questionTypes[content.type] as unknown as QuestionType<unknown, unknown>
}

export function answerSchemaOf(type: QuestionTypeName): TSchema {
  return questionTypes[type].answer
}
