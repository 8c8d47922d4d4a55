import { type Static, Type } from 'typebox'
import { none, type QuestionType } from './question-type.ts'

const CHARACTERS_MAX = 20_000

const fields = {
  maxCharacters: Type.Optional(Type.Integer({ minimum: 1, maximum: CHARACTERS_MAX, description: 'Default 20000.' })),
  gradingNotes: Type.Optional(
    Type.String({ maxLength: 20_000, description: 'What graders look for. Students never see it.' }),
  ),
}
const answer = Type.Object({ text: Type.String({ maxLength: CHARACTERS_MAX }) }, { additionalProperties: false })

interface Content {
  readonly maxCharacters?: number
  readonly gradingNotes?: string
}

/** A text that a person grades. Whoever wrote nothing has no points, and no grader is asked. */
export const essay: QuestionType<Content, Static<typeof answer>> = {
  fields,
  answer,
  contentFaults: () => [],
  answerFaults({ maxCharacters = CHARACTERS_MAX }, { text }) {
    if ([...text].length <= maxCharacters) return []
    return [{ pointer: '/text', message: `must have at most ${maxCharacters} characters` }]
  },
  grade: (_content, { text }) => ({ share: text.trim() === '' ? none : null, parts: [] }),
  show: ({ maxCharacters = CHARACTERS_MAX }) => ({ maxCharacters }),
  solve: () => ({}),
}
