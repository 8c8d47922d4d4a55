import { type Static, Type } from 'typebox'
import {
  compareExact,
  type ExactNumber,
  multiplyExact,
  NUMBER_PATTERN,
  parseExact,
  sizeOf,
  subtractExact,
} from './exact-number.ts'
import { full, none, type QuestionType } from './question-type.ts'

const number = (description: string) =>
  Type.String({ pattern: NUMBER_PATTERN, maxLength: 70, description, examples: ['9.81', '-1.5e3'] })

const tolerance = Type.Object(
  {
    kind: Type.Unsafe<'absolute' | 'relative'>({ type: 'string', enum: ['absolute', 'relative'] }),
    value: number('Absolute: how far an answer may be off. Relative: the same as a share of the value, 0.05 is 5 %.'),
  },
  { additionalProperties: false, description: 'Its bounds count as right. Default: none, exactly the value.' },
)
const fields = { value: number('The right number.'), tolerance: Type.Optional(tolerance) }
const answer = Type.Object(
  { value: number('Digits with a decimal point, and an exponent if need be.') },
  { additionalProperties: false },
)

interface Content {
  readonly value: string
  readonly tolerance?: Static<typeof tolerance>
}

/**
 * A number. All or nothing: right when |answer − value| ≤ tolerance (absolute), or ≤ tolerance × |value| (relative).
 * Reckoned in whole numbers of any length, so that 0.3 is within 0.1 of 0.2, which it is not in floating point.
 */
export const numeric: QuestionType<Content, Static<typeof answer>> = {
  fields,
  answer,
  contentFaults({ value, tolerance: allowed }) {
    if (!allowed) return []
    if (read(allowed.value).digits < 0n) return [{ pointer: '/tolerance/value', message: 'must not be negative' }]
    const isEmpty = allowed.kind === 'relative' && read(value).digits === 0n
    return isEmpty ? [{ pointer: '/tolerance/kind', message: 'must be absolute when the value is 0' }] : []
  },
  answerFaults: () => [],
  grade(content, { value }) {
    const isCorrect = isWithin(read(value), content)
    return { share: isCorrect ? full : none, parts: [{ id: 'value', isCorrect }] }
  },
  show: () => ({}),
  solve: ({ value, tolerance: allowed }) => ({ value, ...(allowed && { tolerance: allowed }) }),
}

function isWithin(given: ExactNumber, { value, tolerance: allowed }: Content): boolean {
  const right = read(value)
  const off = sizeOf(subtractExact(given, right))
  if (!allowed) return off.digits === 0n
  const most = read(allowed.value)
  return compareExact(off, allowed.kind === 'absolute' ? most : multiplyExact(most, sizeOf(right))) <= 0
}

/** Whoever calls has checked the text against its schema. */
function read(text: string): ExactNumber {
  return parseExact(text) ?? { digits: 0n, scale: 0 }
}
