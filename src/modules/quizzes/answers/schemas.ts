import { type Static, Type } from 'typebox'

const id = Type.String({ format: 'uuid' })
const time = Type.String({ format: 'date-time' })

const position = Type.Integer({ minimum: 1, maximum: 1000, description: 'Of the question in the attempt, from 1.' })
const sequence = Type.Integer({
  minimum: 1,
  maximum: Number.MAX_SAFE_INTEGER,
  description:
    'Counts the answers of this attempt on the client: each new answer has a higher one. Go on from `lastSequence` of the attempt after a change of device. A retry has the same.',
})
const answer = Type.Unknown({
  description: 'In the form of the type of its question; null clears it.',
  examples: [{ optionId: '5f0c1e' }, { value: '9.81' }, { text: 'An essay.' }],
})

/** Saves of one request at most. */
export const SAVES_MAX = 200

export const SaveAnswerBody = Type.Object({ sequence, answer }, { additionalProperties: false })
export type SaveAnswerBody = Static<typeof SaveAnswerBody>

export const SaveAnswersBody = Type.Object(
  {
    answers: Type.Array(Type.Object({ position, sequence, answer }, { additionalProperties: false }), {
      minItems: 1,
      maxItems: SAVES_MAX,
    }),
  },
  { additionalProperties: false },
)
export type SaveAnswersBody = Static<typeof SaveAnswersBody>

export const Receipt = Type.Object(
  {
    attemptId: id,
    position: Type.Integer(),
    sequence: Type.Integer(),
    savedAt: Type.String({ format: 'date-time', description: 'By the clock of the server.' }),
    digest: Type.String({
      description: 'SHA-256, in hex, of the answer as JSON without spaces, the fields of its objects sorted by name.',
    }),
  },
  { $id: 'Receipt', description: 'Proof that an answer is stored; a line of the journal says the same.' },
)
export type Receipt = Static<typeof Receipt>

export const SavedAnswer = Type.Object(
  {
    position: Type.Integer(),
    outcome: Type.Unsafe<'saved' | 'superseded'>({
      type: 'string',
      enum: ['saved', 'superseded'],
      description: '`superseded`: an answer with a higher sequence is stored, and stays.',
    }),
    isLate: Type.Boolean({ description: 'After the deadline, within its grace; it counts all the same.' }),
    receipt: Type.Union([Receipt, Type.Null()], {
      description: 'The same for each retry. Null when this answer was superseded before it arrived.',
    }),
  },
  { $id: 'SavedAnswer' },
)
export type SavedAnswer = Static<typeof SavedAnswer>

const refusal = Type.Object({ code: Type.String(), detail: Type.String() })

export const SavedAnswers = Type.Object(
  {
    results: Type.Array(
      Type.Object({
        position: Type.Integer(),
        outcome: Type.Unsafe<'saved' | 'superseded' | 'refused'>({
          type: 'string',
          enum: ['saved', 'superseded', 'refused'],
        }),
        isLate: Type.Boolean(),
        receipt: Type.Union([Receipt, Type.Null()]),
        problem: Type.Union([refusal, Type.Null()], { description: 'With `refused`: why. The others are saved.' }),
      }),
      { description: 'In the order of the request.' },
    ),
    serverTime: time,
  },
  { $id: 'SavedAnswers' },
)
export type SavedAnswers = Static<typeof SavedAnswers>

export const AnswerParams = Type.Object({ attemptId: id, position })
