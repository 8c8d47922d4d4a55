import { type Static, Type } from 'typebox'
import { full, none, type QuestionType } from './question-type.ts'

const answer = Type.Object({ value: Type.Boolean() }, { additionalProperties: false })

/** A statement that is true or not. All or nothing. */
export const trueFalse: QuestionType<{ readonly correct: boolean }, Static<typeof answer>> = {
  fields: { correct: Type.Boolean({ description: 'Whether the statement is true.' }) },
  answer,
  contentFaults: () => [],
  answerFaults: () => [],
  grade({ correct }, { value }) {
    const isCorrect = value === correct
    return { share: isCorrect ? full : none, parts: [{ id: 'value', isCorrect }] }
  },
  show: () => ({}),
  solve: ({ correct }) => ({ value: correct }),
}
