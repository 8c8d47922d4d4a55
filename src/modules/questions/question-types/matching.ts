import { type Static, Type } from 'typebox'
import type { FieldError } from '#platform/http/problems.ts'
import {
  duplicateFaults,
  ITEMS_MAX,
  type Item,
  idFaults,
  itemId,
  itemText,
  optionalItemId,
  type QuestionType,
} from './question-type.ts'

const fields = {
  pairs: Type.Array(
    Type.Object(
      { id: optionalItemId, premise: itemText, matchId: optionalItemId, match: itemText },
      { additionalProperties: false },
    ),
    { minItems: 2, maxItems: ITEMS_MAX, description: 'What belongs together. Several premises may have one match.' },
  ),
  distractors: Type.Optional(
    Type.Array(Type.Object({ id: optionalItemId, text: itemText }, { additionalProperties: false }), {
      maxItems: ITEMS_MAX,
      description: 'Matches that belong to no premise.',
    }),
  ),
}
const answer = Type.Object(
  {
    pairs: Type.Array(Type.Object({ premiseId: itemId, matchId: itemId }, { additionalProperties: false }), {
      maxItems: ITEMS_MAX,
      description: 'A premise may be left out.',
    }),
  },
  { additionalProperties: false },
)

interface Content {
  readonly pairs: readonly {
    readonly id?: string
    readonly premise: string
    readonly matchId?: string
    readonly match: string
  }[]
  readonly distractors?: readonly { readonly id?: string; readonly text: string }[]
}

/** Premises to be matched. Each right pair earns 1/n of the points, n being the number of premises; none costs any. */
export const matching: QuestionType<Content, Static<typeof answer>> = {
  fields,
  answer,
  contentFaults,
  answerFaults(content, { pairs }) {
    const premises = new Set(content.pairs.map(({ id = '' }) => id))
    const matches = new Set(textsById(content).keys())
    return [
      ...idFaults(
        pairs.map(({ premiseId }) => premiseId),
        premises,
        (index) => `/pairs/${index}/premiseId`,
      ),
      ...pairs.flatMap(({ matchId }, index) => idFaults([matchId], matches, () => `/pairs/${index}/matchId`)),
    ]
  },
  grade(content, { pairs }) {
    const texts = textsById(content)
    const chosen = new Map(pairs.map(({ premiseId, matchId }) => [premiseId, texts.get(matchId)]))
    const parts = content.pairs.flatMap(({ id = '', match }) =>
      chosen.has(id) ? [{ id, isCorrect: chosen.get(id) === match.trim() }] : [],
    )
    const right = parts.filter((part) => part.isCorrect).length
    return { share: { numerator: right, denominator: content.pairs.length }, parts }
  },
  show: (content, shuffle) => ({
    premises: content.pairs.map(({ id = '', premise }) => ({ id, text: premise })),
    matches: shuffle(distinctMatches(content)),
  }),
  solve(content) {
    const ids = new Map(distinctMatches(content).map(({ id, text }) => [text, id]))
    return {
      pairs: content.pairs.map(({ id = '', match }) => ({ premiseId: id, matchId: ids.get(match.trim()) ?? '' })),
    }
  },
}

function contentFaults({ pairs, distractors = [] }: Content): FieldError[] {
  const matches = new Set(pairs.map(({ match }) => match.trim()))
  return [
    ...duplicateFaults(
      pairs.map(({ premise }) => premise),
      (index) => `/pairs/${index}/premise`,
    ),
    ...duplicateFaults(
      distractors.map(({ text }) => text),
      (index) => `/distractors/${index}/text`,
    ),
    ...distractors.flatMap(({ text }, index) =>
      matches.has(text.trim()) ? [{ pointer: `/distractors/${index}/text`, message: 'is the match of a premise' }] : [],
    ),
  ]
}

/** Two premises may have the same match: it is shown once, and either of its ids is right for both. */
function distinctMatches(content: Content): Item[] {
  const ids = new Map<string, string>()
  for (const [id, text] of textsById(content)) if (!ids.has(text)) ids.set(text, id)
  return [...ids].map(([text, id]) => ({ id, text }))
}

function textsById({ pairs, distractors = [] }: Content): Map<string, string> {
  return new Map([
    ...pairs.map(({ matchId = '', match }) => [matchId, match.trim()] as const),
    ...distractors.map(({ id = '', text }) => [id, text.trim()] as const),
  ])
}
