import { type Static, Type } from 'typebox'
import { File } from '#modules/files/index.ts'
import { decimalSchema } from '#platform/decimal/decimal.ts'
import { nullable } from '#platform/http/nullable.ts'

const id = Type.String({ format: 'uuid' })
const time = Type.String({ format: 'date-time' })
// Without its name in the API: a schema with one may stand only once in what a serialiser chooses from.
const file = Type.Object(File.properties)

export const HandInBody = Type.Object(
  {
    text: Type.Optional(Type.String({ maxLength: 100_000, description: 'Plain text; shown as it is.' })),
    fileIds: Type.Optional(
      Type.Array(id, { maxItems: 20, uniqueItems: true, description: 'Files that I have uploaded without a course.' }),
    ),
  },
  { additionalProperties: false },
)
export type HandInBody = Static<typeof HandInBody>

const number = Type.Integer({ description: 'Counts what was handed in, from 1. The latest counts.' })
const lateDays = Type.Integer({ description: 'Started days (24 hours) after the due date; 0: in time.' })

export const SubmissionReceipt = Type.Object(
  {
    submissionId: id,
    number,
    submittedAt: Type.String({ format: 'date-time', description: 'When the server had it.' }),
    lateDays,
    fileIds: Type.Array(id),
  },
  { $id: 'SubmissionReceipt' },
)
export type SubmissionReceipt = Static<typeof SubmissionReceipt>

export const submissionStates = ['waiting', 'graded', 'released'] as const
const State = Type.Unsafe<(typeof submissionStates)[number]>({
  type: 'string',
  enum: [...submissionStates],
  description: '`waiting` to be graded, `graded` but not shown to the student (who sees `waiting`), or `released`.',
})

export const RubricMark = Type.Object({
  criterionId: Type.String(),
  levelId: Type.String(),
  points: decimalSchema('What the level was worth when it was chosen.'),
  comment: Type.String(),
})

export const SubmissionGrade = Type.Object({
  number: Type.Integer({ description: 'The version that was graded.' }),
  points: decimalSchema('Before the late penalty.'),
  latePenalty: decimalSchema('Points taken off for being late.'),
  finalPoints: decimalSchema('What counts, unless the gradebook has an override.'),
  pointsPossible: decimalSchema('Points possible.'),
  isPassed: Type.Boolean({ description: 'Completes the lesson.' }),
  rubricMarks: Type.Union([Type.Array(RubricMark), Type.Null()]),
  feedback: Type.String({ description: 'Plain text.' }),
  files: Type.Array(file),
  gradedAt: time,
  gradedBy: Type.Optional(Type.String({ format: 'uuid', description: 'For staff only.' })),
  releasedAt: nullable(Type.String({ format: 'date-time', description: 'Null: a draft, for staff only.' })),
})
export type SubmissionGrade = Static<typeof SubmissionGrade>

export const submissionFields = {
  id,
  lessonId: id,
  courseId: id,
  enrollmentId: id,
  student: Type.Object({ id, fullName: Type.String() }),
  groupId: nullable(Type.String({ format: 'uuid', description: 'The group it was handed in for; null: for one.' })),
  state: State,
  number,
  submittedAt: time,
  lateDays,
  reopenedAt: nullable(Type.String({ format: 'date-time', description: 'Set until the student hands in again.' })),
}

export const Submission = Type.Object(
  {
    ...submissionFields,
    versions: Type.Array(Type.Object({ number, text: Type.String(), files: Type.Array(file), submittedAt: time }), {
      description: 'The latest first.',
    }),
    grade: Type.Union([SubmissionGrade, Type.Null()]),
  },
  { $id: 'Submission' },
)
export type Submission = Static<typeof Submission>

export const SubmissionParams = Type.Object({ submissionId: id })
