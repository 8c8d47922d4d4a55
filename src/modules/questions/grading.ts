import { Value } from 'typebox/value'
import { type Decimal, scaleDecimal } from '#platform/decimal/decimal.ts'
import type { FieldError } from '#platform/http/problems.ts'
import type { GradedPart } from './question-types/question-type.ts'
import { answerSchemaOf, type QuestionContent, typeOf } from './question-types/registry.ts'
import { schemaFaults } from './schema-faults.ts'

export interface GradedAnswer {
  /** From 0 to the points possible; null: a person must grade it. */
  readonly points: Decimal | null
  /** Fully right; null: a person must grade it. */
  readonly isCorrect: boolean | null
  /** Each choice, pair or place that can be right by itself, by its id. */
  readonly parts: readonly GradedPart[]
}

/**
 * Everything that is wrong with an answer to this question, with pointers that begin at the answer; none: it can be
 * saved. Null is an answer that was cleared, and always fits. Never throws, whatever `answer` is.
 */
export function answerFaults(content: QuestionContent, answer: unknown): FieldError[] {
  if (answer === null) return []
  const faults = schemaFaults(answerSchemaOf(content.type), answer)
  return faults.length > 0 ? faults : typeOf(content).answerFaults(content, answer)
}

/**
 * What an answer earns, the same each time. Single choice, true/false, numeric and short answer: all or nothing.
 * Multiple choice: right minus wrong. Matching and ordering: an equal share for each right pair or place. The rules and
 * their sources stand with each type in `question-types/`. Points are rounded once, to a ten-thousandth, and are the
 * points possible exactly when everything is right. No answer, or what is no answer to this question, earns 0; ids that
 * this version of the question does not have count as not chosen. Never throws, whatever `answer` is.
 */
export function gradeAnswer(content: QuestionContent, answer: unknown, pointsPossible: Decimal): GradedAnswer {
  const isAnswer = answer !== null && Value.Check(answerSchemaOf(content.type), answer)
  if (!isAnswer) return { points: 0, isCorrect: false, parts: [] }
  const { share, parts } = typeOf(content).grade(content, answer)
  if (share === null) return { points: null, isCorrect: null, parts }
  const { numerator, denominator } = share
  return { points: scaleDecimal(pointsPossible, numerator, denominator), isCorrect: numerator === denominator, parts }
}

/** Whether a person must grade the answers to it. */
export function isGradedByHand({ type }: Pick<QuestionContent, 'type'>): boolean {
  return type === 'essay'
}
