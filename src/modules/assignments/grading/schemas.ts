import { type Static, Type } from 'typebox'
import { decimalSchema } from '#platform/decimal/decimal.ts'
import { nullable } from '#platform/http/nullable.ts'
import { Page, PageQuery } from '#platform/http/pagination.ts'
import { submissionFields } from '../submission/schemas.ts'

const id = Type.String({ format: 'uuid' })

export const GradeBody = Type.Object(
  {
    points: Type.Optional(
      decimalSchema('Before the late penalty. Without it the sum of `rubricMarks`, one for each criterion.'),
    ),
    rubricMarks: Type.Optional(
      Type.Array(
        Type.Object(
          {
            criterionId: Type.String({ maxLength: 40 }),
            levelId: Type.String({ maxLength: 40 }),
            comment: Type.Optional(Type.String({ maxLength: 2000 })),
          },
          { additionalProperties: false },
        ),
        { maxItems: 30 },
      ),
    ),
    feedback: Type.Optional(Type.String({ maxLength: 20_000, description: 'Plain text.' })),
    fileIds: Type.Optional(
      Type.Array(id, { maxItems: 20, uniqueItems: true, description: 'Files that I have uploaded, as feedback.' }),
    ),
    wholeGroup: Type.Optional(
      Type.Boolean({ description: 'false: this student only, not all for whom it was handed in. Default: true.' }),
    ),
    release: Type.Optional(
      Type.Boolean({
        description:
          'Shows the grade to the student; default: as the assignment says. A grade that was released stays so.',
      }),
    ),
    reason: Type.Optional(
      Type.String({ minLength: 1, maxLength: 500, pattern: '\\S', description: 'For the history of the grade.' }),
    ),
  },
  { additionalProperties: false },
)
export type GradeBody = Static<typeof GradeBody>

export const ReopenBody = Type.Object(
  { reason: Type.String({ minLength: 1, maxLength: 500, pattern: '\\S', description: 'Told to the student.' }) },
  { additionalProperties: false },
)

export const ReleaseResult = Type.Object({
  released: Type.Integer({ description: 'Grades that students did not see before.' }),
})

const filters = ['waiting', 'graded', 'released', 'late', 'missing', 'all'] as const
export type SubmissionFilter = (typeof filters)[number]
export const SubmissionsQuery = Type.Object({
  ...PageQuery.properties,
  filter: Type.Unsafe<SubmissionFilter>({
    type: 'string',
    enum: [...filters],
    default: 'all',
    description:
      '`waiting` to be graded; `graded` but not released; `released`; `late`; `missing`: past due without a submission; `all`: every active student.',
  }),
})
export type SubmissionsQuery = Static<typeof SubmissionsQuery>

export const SubmissionEntry = Type.Object(
  {
    enrollmentId: id,
    student: submissionFields.student,
    dueAt: nullable(Type.String({ format: 'date-time', description: 'For this student, accommodations included.' })),
    isMissing: Type.Boolean({ description: 'Past due, and nothing was handed in.' }),
    submission: Type.Union([
      Type.Object({
        id,
        groupId: submissionFields.groupId,
        state: submissionFields.state,
        number: submissionFields.number,
        submittedAt: submissionFields.submittedAt,
        lateDays: submissionFields.lateDays,
        reopenedAt: submissionFields.reopenedAt,
        points: nullable(decimalSchema('Before the late penalty; null: not graded.')),
        finalPoints: nullable(decimalSchema('After it.')),
      }),
      Type.Null(),
    ]),
  },
  { $id: 'SubmissionEntry' },
)
export type SubmissionEntry = Static<typeof SubmissionEntry>
export const SubmissionEntryPage = Page(SubmissionEntry)
