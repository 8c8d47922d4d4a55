import { type Static, Type } from 'typebox'
import { matchesPattern, plainText } from './plain-text.ts'
import { duplicateFaults, full, none, type QuestionType } from './question-type.ts'

const fields = {
  accepted: Type.Array(Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' }), {
    minItems: 1,
    maxItems: 50,
    description: 'Every text that is right. The first is shown as the solution.',
  }),
  isCaseSensitive: Type.Optional(Type.Boolean({ description: 'Default false.' })),
  hasWildcards: Type.Optional(
    Type.Boolean({ description: 'Default false. True: `*` in an accepted text stands for any characters.' }),
  ),
}
const answer = Type.Object({ text: Type.String({ maxLength: 500 }) }, { additionalProperties: false })

interface Content {
  readonly accepted: readonly string[]
  readonly isCaseSensitive?: boolean
  readonly hasWildcards?: boolean
}

/** A word or a few. All or nothing: right when it is one of the accepted texts, compared by `plainText`. */
export const shortAnswer: QuestionType<Content, Static<typeof answer>> = {
  fields,
  answer,
  contentFaults({ accepted, isCaseSensitive = false, hasWildcards = false }) {
    const texts = accepted.map((text) => plainText(text, isCaseSensitive))
    const empty = texts.flatMap((text, index) =>
      text === '' || (hasWildcards && /^[* ]+$/.test(text))
        ? [{ pointer: `/accepted/${index}`, message: 'would accept any answer, or none' }]
        : [],
    )
    return [...duplicateFaults(texts, (index) => `/accepted/${index}`), ...empty]
  },
  answerFaults: () => [],
  grade({ accepted, isCaseSensitive = false, hasWildcards = false }, { text }) {
    const given = plainText(text, isCaseSensitive)
    const isCorrect = accepted.some((one) => {
      const wanted = plainText(one, isCaseSensitive)
      return hasWildcards ? matchesPattern(wanted, given) : wanted === given
    })
    return { share: isCorrect ? full : none, parts: [{ id: 'text', isCorrect }] }
  },
  show: () => ({}),
  solve: ({ accepted }) => ({ accepted }),
}
