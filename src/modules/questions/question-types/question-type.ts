import { type TSchema, Type } from 'typebox'
import type { FieldError } from '#platform/http/problems.ts'

/** One way to ask, with all that is particular to it. `C`: its content, `A`: the answer to it. Pure functions only. */
export interface QuestionType<C, A> {
  /** What its author writes, beside the fields that every content has. */
  readonly fields: Record<string, TSchema>
  readonly answer: TSchema
  /** What the schema of the content cannot say; pointers begin at the content. */
  contentFaults(content: C): FieldError[]
  /** What the schema of the answer cannot say; pointers begin at the answer. */
  answerFaults(content: C, answer: A): FieldError[]
  grade(content: C, answer: A): Score
  /** What a student sees beside the prompt. `shuffle` puts items into the order of his attempt. */
  show(content: C, shuffle: Shuffle): Shown
  /** What a fully right answer says. */
  solve(content: C): Solution
}

/** The share of the points that an answer has earned: `numerator` / `denominator`, from 0 to 1. */
export interface Score {
  /** Null: a person must decide. */
  readonly share: { readonly numerator: number; readonly denominator: number } | null
  /** Each choice, pair or place of the answer that can be right by itself. */
  readonly parts: readonly GradedPart[]
}

export interface GradedPart {
  readonly id: string
  readonly isCorrect: boolean
}

export interface Item {
  readonly id: string
  readonly text: string
}

/** Which of these there are depends on the type. */
export interface Shown {
  readonly options?: readonly Item[]
  readonly premises?: readonly Item[]
  readonly matches?: readonly Item[]
  readonly items?: readonly Item[]
  readonly maxCharacters?: number
}

/** Which of these there are depends on the type. */
export interface Solution {
  readonly optionIds?: readonly string[]
  readonly value?: boolean | string
  readonly tolerance?: { readonly kind: 'absolute' | 'relative'; readonly value: string }
  readonly accepted?: readonly string[]
  readonly pairs?: readonly { readonly premiseId: string; readonly matchId: string }[]
  readonly itemIds?: readonly string[]
}

export type Shuffle = <T>(items: readonly T[]) => T[]

export const ITEMS_MAX = 50

/** Names an option, a pair or an item for good, in every version of its question. Random: it tells nobody an order. */
export const itemId = Type.String({
  pattern: '^[0-9a-f]{12}$',
  description: 'Made by the server. In a new version, send the id of what stays what it was, and none for what is new.',
})

export const optionalItemId = Type.Optional(itemId)
export const itemText = Type.String({ minLength: 1, maxLength: 2000, pattern: '\\S', description: 'Markdown.' })

export const full = { numerator: 1, denominator: 1 } as const
export const none = { numerator: 0, denominator: 1 } as const

/** Texts that a student could not tell apart. */
export function duplicateFaults(texts: readonly string[], pointerOf: (index: number) => string): FieldError[] {
  const seen = new Set<string>()
  return texts.flatMap((text, index) => {
    const plain = text.trim()
    if (seen.has(plain)) return [{ pointer: pointerOf(index), message: 'is there already; each must differ' }]
    seen.add(plain)
    return []
  })
}

/** The ids that are none of `known`, and those that come twice. */
export function idFaults(
  ids: readonly string[],
  known: ReadonlySet<string>,
  pointerOf: (index: number) => string,
): FieldError[] {
  const seen = new Set<string>()
  return ids.flatMap((id, index) => {
    const isDouble = seen.has(id)
    seen.add(id)
    if (!known.has(id)) return [{ pointer: pointerOf(index), message: 'is no id of this question' }]
    return isDouble ? [{ pointer: pointerOf(index), message: 'is there twice' }] : []
  })
}
