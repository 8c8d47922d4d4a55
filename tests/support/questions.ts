import assert from 'node:assert/strict'
import fc, { type Arbitrary } from 'fast-check'
import type { QuestionContent, QuestionTypeName } from '#modules/questions/index.ts'
import type { ApiClient } from './harness.ts'

/** A small content of each type, as an author sends it: without ids. */
export const sampleContents = {
  'single-choice': {
    type: 'single-choice',
    prompt: 'What is the capital of Australia?',
    explanation: 'Canberra was built to be it.',
    options: [
      { text: 'Sydney', isCorrect: false, feedback: 'The largest city, but not the capital.' },
      { text: 'Canberra', isCorrect: true },
      { text: 'Melbourne', isCorrect: false },
    ],
  },
  'multiple-choice': {
    type: 'multiple-choice',
    prompt: 'Which of these are prime?',
    options: [
      { text: '2', isCorrect: true },
      { text: '3', isCorrect: true },
      { text: '4', isCorrect: false },
      { text: '5', isCorrect: true },
    ],
  },
  'true-false': { type: 'true-false', prompt: 'Water boils at 100 °C at sea level.', correct: true },
  numeric: {
    type: 'numeric',
    prompt: 'The acceleration of free fall, in m/s²?',
    value: '9.81',
    tolerance: { kind: 'absolute', value: '0.01' },
  },
  'short-answer': { type: 'short-answer', prompt: 'Who wrote Faust?', accepted: ['Goethe', 'J. W. von Goethe'] },
  matching: {
    type: 'matching',
    prompt: 'Match each country with its capital.',
    pairs: [
      { premise: 'France', match: 'Paris' },
      { premise: 'Japan', match: 'Tokyo' },
      { premise: 'Kenya', match: 'Nairobi' },
    ],
    distractors: [{ text: 'Lyon' }],
  },
  ordering: {
    type: 'ordering',
    prompt: 'Put these in order of their size.',
    items: [{ text: 'Mercury' }, { text: 'Earth' }, { text: 'Jupiter' }],
  },
  essay: { type: 'essay', prompt: 'Why does ice float?', gradingNotes: 'Density; hydrogen bonds.', maxCharacters: 500 },
} as const satisfies Record<QuestionTypeName, QuestionContent>

const id = fc.integer({ min: 0, max: 2 ** 40 }).map((number) => number.toString(16).padStart(12, '0'))
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter((one) => one.trim() !== '')
const isCorrect = fc.boolean()

/** `min` to 8 of something, with ids and texts that differ. */
function distinct<T>(item: Arbitrary<T>, min: number): Arbitrary<(T & { id: string; text: string })[]> {
  return fc
    .uniqueArray(fc.tuple(id, text, item), {
      minLength: min,
      maxLength: 8,
      comparator: (one, other) => one[0] === other[0] || one[1].trim() === other[1].trim(),
    })
    .map((rows) => rows.map(([itemId, itemText, fields]) => ({ ...fields, id: itemId, text: itemText })))
}

const number = fc
  .tuple(fc.integer({ min: -99_999, max: 99_999 }), fc.integer({ min: 0, max: 4 }))
  .map(([digits, places]) => `${digits}e${-places}`)

/** Contents as they are stored, of each type. */
export const contentArbitraries = {
  'single-choice': fc.tuple(distinct(fc.record({}), 2), fc.nat(7)).map(([rows, right]) => ({
    type: 'single-choice' as const,
    prompt: 'Which?',
    options: rows.map((row, index) => ({ ...row, isCorrect: index === right % rows.length })),
  })),
  'multiple-choice': fc
    .tuple(
      distinct(fc.record({ isCorrect }), 2),
      fc.constantFrom('right-minus-wrong' as const, 'all-or-nothing' as const),
    )
    .filter(([rows]) => rows.some((row) => row.isCorrect))
    .map(([options, scoring]) => ({ type: 'multiple-choice' as const, prompt: 'Which?', options, scoring })),
  'true-false': fc.boolean().map((correct) => ({ type: 'true-false' as const, prompt: 'True?', correct })),
  numeric: fc
    .tuple(number, fc.constantFrom('absolute' as const, 'relative' as const), fc.constantFrom('0', '0.05', '1', '2e-3'))
    .filter(([value, kind]) => kind === 'absolute' || !/^-?0+e/.test(value))
    .map(([value, kind, size]) => ({
      type: 'numeric' as const,
      prompt: 'How much?',
      value,
      tolerance: { kind, value: size },
    })),
  'short-answer': fc
    .tuple(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), fc.boolean(), fc.boolean())
    .filter(([one]) => one.trim() !== '')
    .map(([one, isCaseSensitive, hasWildcards]) => ({
      type: 'short-answer' as const,
      prompt: 'Who?',
      accepted: [one],
      isCaseSensitive,
      hasWildcards,
    })),
  matching: fc.tuple(distinct(fc.record({ matchId: id }), 2), distinct(fc.record({}), 0)).map(([rows, others]) => ({
    type: 'matching' as const,
    prompt: 'Match.',
    // Every other premise has the match of the first: a match may belong to several.
    pairs: rows.map((row, index) => ({
      id: row.id,
      premise: row.text,
      matchId: `${index}`.padStart(12, 'e'),
      match: index % 2 ? 'the same' : row.text,
    })),
    distractors: others.map((other, index) => ({ id: `${index}`.padStart(12, 'd'), text: `${other.text} no` })),
  })),
  ordering: fc
    .tuple(distinct(fc.record({}), 2), fc.constantFrom('places' as const, 'all-or-nothing' as const))
    .map(([items, scoring]) => ({ type: 'ordering' as const, prompt: 'Sort.', items, scoring })),
  essay: fc.constant({ type: 'essay' as const, prompt: 'Why?' }),
} satisfies Record<QuestionTypeName, Arbitrary<QuestionContent>>

export const anyContent: Arbitrary<QuestionContent> = fc.oneof(...Object.values(contentArbitraries))

/** A question bank made through the API; returns its id. */
export async function makeBank(author: ApiClient, courseId: string, title = 'Bank'): Promise<string> {
  const response = await author.post(`/courses/${courseId}/question-banks`, { title })
  assert.equal(response.statusCode, 201, response.body)
  return response.json().id
}

/** A question made through the API, a true/false one unless `wishes` say otherwise; the answer of the API. */
export async function makeQuestion(author: ApiClient, bankId: string, wishes: object = {}) {
  const body = { content: sampleContents['true-false'], ...wishes }
  const response = await author.post(`/question-banks/${bankId}/questions`, body)
  assert.equal(response.statusCode, 201, response.body)
  return response.json()
}
