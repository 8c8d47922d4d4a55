import { type Static, Type } from 'typebox'
import {
  duplicateFaults,
  full,
  ITEMS_MAX,
  idFaults,
  itemId,
  itemText,
  none,
  optionalItemId,
  type QuestionType,
} from './question-type.ts'

const fields = {
  items: Type.Array(Type.Object({ id: optionalItemId, text: itemText }, { additionalProperties: false }), {
    minItems: 2,
    maxItems: ITEMS_MAX,
    description: 'In their right order.',
  }),
  scoring: Type.Optional(
    Type.Unsafe<'places' | 'all-or-nothing'>({
      type: 'string',
      enum: ['places', 'all-or-nothing'],
      description: 'Default places.',
    }),
  ),
}
const answer = Type.Object(
  { itemIds: Type.Array(itemId, { maxItems: ITEMS_MAX, description: 'Each item once.' }) },
  { additionalProperties: false },
)

interface Content {
  readonly items: readonly { readonly id?: string; readonly text: string }[]
  readonly scoring?: 'places' | 'all-or-nothing'
}

/**
 * Items to be put in order. `places`: each item that stands where it belongs, counted from the beginning, earns 1/n of
 * the points. `all-or-nothing`: the right order, or no points.
 */
export const ordering: QuestionType<Content, Static<typeof answer>> = {
  fields,
  answer,
  contentFaults: ({ items }) =>
    duplicateFaults(
      items.map(({ text }) => text),
      (index) => `/items/${index}/text`,
    ),
  answerFaults(content, { itemIds }) {
    const known = new Set(content.items.map(({ id = '' }) => id))
    const faults = idFaults(itemIds, known, (index) => `/itemIds/${index}`)
    if (faults.length > 0 || itemIds.length === known.size) return faults
    return [{ pointer: '/itemIds', message: `must have each of the ${known.size} items once` }]
  },
  grade(content, { itemIds }) {
    const known = new Set(content.items.map(({ id = '' }) => id))
    // Items that a later version of the question does not have leave no gap.
    const given = itemIds.filter((id) => known.has(id))
    const parts = content.items.map(({ id = '' }, place) => ({ id, isCorrect: given[place] === id }))
    const right = parts.filter((part) => part.isCorrect).length
    if (content.scoring === 'all-or-nothing') return { share: right === parts.length ? full : none, parts }
    return { share: { numerator: right, denominator: parts.length }, parts }
  },
  show: (content, shuffle) => ({ items: shuffle(content.items.map(({ id = '', text }) => ({ id, text }))) }),
  solve: (content) => ({ itemIds: content.items.map(({ id = '' }) => id) }),
}
