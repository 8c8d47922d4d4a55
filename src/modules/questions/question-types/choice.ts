import { type Static, Type } from 'typebox'
import type { FieldError } from '#platform/http/problems.ts'
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
  type Score,
  type Shown,
  type Shuffle,
} from './question-type.ts'

const options = Type.Array(
  Type.Object(
    {
      id: optionalItemId,
      text: itemText,
      isCorrect: Type.Boolean(),
      feedback: Type.Optional(Type.String({ maxLength: 2000, description: 'Shown to who chose it, in the review.' })),
    },
    { additionalProperties: false },
  ),
  { minItems: 2, maxItems: ITEMS_MAX },
)
const shuffleOptions = Type.Optional(
  Type.Boolean({ description: 'Default true. False for “none of the above” and the like.' }),
)

const singleFields = { options, shuffleOptions }
const multipleFields = {
  options,
  shuffleOptions,
  scoring: Type.Optional(
    Type.Unsafe<'right-minus-wrong' | 'all-or-nothing'>({
      type: 'string',
      enum: ['right-minus-wrong', 'all-or-nothing'],
      description: 'Default right-minus-wrong.',
    }),
  ),
}
const singleAnswer = Type.Object({ optionId: itemId }, { additionalProperties: false })
const multipleAnswer = Type.Object(
  { optionIds: Type.Array(itemId, { maxItems: ITEMS_MAX }) },
  { additionalProperties: false },
)

interface Content {
  readonly options: Static<typeof options>
  readonly shuffleOptions?: boolean
}

/** One option is right. All or nothing. */
export const singleChoice: QuestionType<Content, Static<typeof singleAnswer>> = {
  fields: singleFields,
  answer: singleAnswer,
  contentFaults(content) {
    const isOne = rightOptions(content).length === 1
    return [...optionFaults(content), ...(isOne ? [] : [{ pointer: '/options', message: 'needs one that isCorrect' }])]
  },
  answerFaults: (content, { optionId }) => idFaults([optionId], idsOf(content), () => '/optionId'),
  grade(content, { optionId }) {
    const isCorrect = rightIds(content).has(optionId)
    return { share: isCorrect ? full : none, parts: [{ id: optionId, isCorrect }] }
  },
  show: showOptions,
  solve: (content) => ({ optionIds: [...rightIds(content)] }),
}

/**
 * Any number of options is right. `right-minus-wrong`: each right choice earns 1/n of the points, n being the number of
 * right options, each wrong choice costs as much, and the sum is never below 0 (the rule of Canvas, and of IMS QTI's
 * response mapping with a lower bound of 0). `all-or-nothing`: exactly the right options, or no points.
 */
export const multipleChoice: QuestionType<
  Content & { readonly scoring?: 'right-minus-wrong' | 'all-or-nothing' },
  Static<typeof multipleAnswer>
> = {
  fields: multipleFields,
  answer: multipleAnswer,
  contentFaults(content) {
    const hasOne = rightOptions(content).length > 0
    return [
      ...optionFaults(content),
      ...(hasOne ? [] : [{ pointer: '/options', message: 'needs at least one that isCorrect' }]),
    ]
  },
  answerFaults: (content, { optionIds }) => idFaults(optionIds, idsOf(content), (index) => `/optionIds/${index}`),
  grade(content, { optionIds }): Score {
    const right = rightIds(content)
    const known = idsOf(content)
    // An option that a later version of the question does not have neither earns nor costs.
    const chosen = [...new Set(optionIds)].filter((id) => known.has(id))
    const parts = chosen.map((id) => ({ id, isCorrect: right.has(id) }))
    const rightCount = parts.filter((part) => part.isCorrect).length
    const earned = Math.max(0, rightCount - (parts.length - rightCount))
    const isAll = rightCount === right.size && parts.length === right.size
    if (content.scoring === 'all-or-nothing') return { share: isAll ? full : none, parts }
    return { share: { numerator: earned, denominator: right.size }, parts }
  },
  show: showOptions,
  solve: (content) => ({ optionIds: [...rightIds(content)] }),
}

function showOptions(content: Content, shuffle: Shuffle): Shown {
  const shown = content.options.map(({ id = '', text }) => ({ id, text }))
  return { options: content.shuffleOptions === false ? shown : shuffle(shown) }
}

function optionFaults({ options: given }: Content): FieldError[] {
  return duplicateFaults(
    given.map(({ text }) => text),
    (index) => `/options/${index}/text`,
  )
}

function idsOf({ options: given }: Content): Set<string> {
  return new Set(given.map(({ id = '' }) => id))
}

function rightIds(content: Content): Set<string> {
  return new Set(rightOptions(content).map(({ id = '' }) => id))
}

function rightOptions({ options: given }: Content) {
  return given.filter(({ isCorrect }) => isCorrect)
}
