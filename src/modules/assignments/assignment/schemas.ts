import { type Static, Type } from 'typebox'
import { Moment, TimeZoneName } from '#modules/deadlines/index.ts'
import { decimalSchema } from '#platform/decimal/decimal.ts'
import { nullable } from '#platform/http/nullable.ts'
import { oneLine } from '#platform/http/one-line.ts'

const id = Type.String({ format: 'uuid' })
const time = Type.String({ format: 'date-time' })
const points = decimalSchema('Points.')
const percent = decimalSchema('Percent of the points possible, up to 100.', { wholeDigits: 3 })
const key = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,39}$', description: 'Chosen by the author; unique.' })
const title = oneLine(500)

export const latePolicies = ['accept', 'penalty', 'refuse'] as const
const LatePolicy = Type.Unsafe<(typeof latePolicies)[number]>({
  type: 'string',
  enum: [...latePolicies],
  description:
    'After the due date: `accept` it as if in time, take off a `penalty` for every started day (24 hours), or `refuse` it.',
})

const RubricCriterion = Type.Object(
  {
    id: key,
    title,
    levels: Type.Array(Type.Object({ id: key, title, points }, { additionalProperties: false }), {
      minItems: 2,
      maxItems: 10,
    }),
  },
  { additionalProperties: false },
)
export const Rubric = Type.Array(RubricCriterion, {
  minItems: 1,
  maxItems: 30,
  description: 'The best levels of all criteria sum up to `pointsPossible`.',
})

const dates = {
  opens: nullable(Moment),
  due: nullable(Moment),
  closes: nullable(Moment),
}

export const AssignmentBody = Type.Object(
  {
    instructions: Type.String({ minLength: 1, maxLength: 50_000, description: 'Markdown; readers get clean HTML.' }),
    pointsPossible: points,
    passPoints: Type.Optional(nullable(points)),
    acceptsText: Type.Optional(Type.Boolean({ description: 'Default: true.' })),
    filesMax: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 20, description: 'Files of one submission; 0, the default: none.' }),
    ),
    timeZone: Type.Optional(TimeZoneName),
    opens: Type.Optional(dates.opens),
    due: Type.Optional(dates.due),
    closes: Type.Optional(dates.closes),
    graceSeconds: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 3600, description: 'How long after the cut-off something is accepted.' }),
    ),
    latePolicy: Type.Optional(LatePolicy),
    latePercentPerDay: Type.Optional(nullable(percent)),
    latePercentMax: Type.Optional(nullable(percent)),
    releasesAtOnce: Type.Optional(
      Type.Boolean({ description: 'false: grades are drafts until they are released. Default: true.' }),
    ),
    rubric: Type.Optional(nullable(Rubric)),
  },
  { additionalProperties: false },
)
export type AssignmentBody = Static<typeof AssignmentBody>

export const Assignment = Type.Object(
  {
    lessonId: id,
    courseId: id,
    title: Type.String({ description: 'That of its lesson.' }),
    instructionsHtml: Type.String({ description: 'Safe to show.' }),
    instructions: Type.Optional(Type.String({ description: 'Markdown. For staff only.' })),
    pointsPossible: points,
    passPoints: nullable(decimalSchema('What completes the lesson, late penalty included; null: any grade.')),
    acceptsText: Type.Boolean(),
    filesMax: Type.Integer(),
    timeZone: TimeZoneName,
    ...dates,
    graceSeconds: Type.Integer(),
    latePolicy: LatePolicy,
    latePercentPerDay: nullable(percent),
    latePercentMax: nullable(percent),
    releasesAtOnce: Type.Boolean(),
    rubric: nullable(Rubric),
    createdAt: time,
    updatedAt: time,
  },
  { $id: 'Assignment' },
)
export type Assignment = Static<typeof Assignment>

export const LessonParams = Type.Object({ lessonId: id })
