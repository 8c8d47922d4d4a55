import type { QuestionContent, QuestionTypeName } from '#modules/questions/index.ts'

/** One thing that could be chosen, and how many chose it. */
export interface OptionCount {
  readonly id: string
  readonly text: string
  readonly isCorrect: boolean
  readonly chosen: number
}

/** An answer, and how many gave it. */
export interface AnswerCount {
  readonly answer: unknown
  readonly count: number
}

/** The types of questions whose answers choose from a few things that can be counted. */
export const typesWithOptions: readonly QuestionTypeName[] = ['single-choice', 'multiple-choice', 'true-false']

/** How many chose which option; null for questions without options. What is no answer to it counts as none. */
export function countOptions(content: QuestionContent, answers: readonly AnswerCount[]): OptionCount[] | null {
  if (!typesWithOptions.includes(content.type)) return null
  const chosen = new Map<string, number>()
  for (const { answer, count } of answers) {
    for (const choice of choicesOf(answer)) chosen.set(choice, (chosen.get(choice) ?? 0) + count)
  }
  return optionsOf(content).map((option) => ({ ...option, chosen: chosen.get(option.id) ?? 0 }))
}

function optionsOf(content: QuestionContent): Omit<OptionCount, 'chosen'>[] {
  if (content.type === 'true-false') {
    return [true, false].map((value) => ({
      id: String(value),
      text: String(value),
      isCorrect: value === content.correct,
    }))
  }
  if (!('options' in content)) return []
  return content.options.map(({ id = '', text, isCorrect }) => ({ id, text, isCorrect }))
}

function choicesOf(answer: unknown): string[] {
  if (answer === null || typeof answer !== 'object') return []
  const { optionId, optionIds, value } = answer as { optionId?: unknown; optionIds?: unknown; value?: unknown }
  if (typeof value === 'boolean') return [String(value)]
  const ids: unknown[] = Array.isArray(optionIds) ? optionIds : [optionId]
  return [...new Set(ids)].filter((id) => typeof id === 'string')
}
