import { type Static, Type } from 'typebox'
import { Email } from '#modules/users/index.ts'
import { nullable } from '#platform/http/nullable.ts'
import { Page, PageQuery } from '#platform/http/pagination.ts'

const id = Type.String({ format: 'uuid' })
const time = Type.String({ format: 'date-time' })
const oneOf = <const V extends string>(values: readonly V[], description: string) =>
  Type.Unsafe<V>({ type: 'string', enum: [...values], description })

export const EnrollmentStatus = oneOf(['active', 'withdrawn', 'expired'], 'Only `active` opens lessons.')
export const EnrollmentSource = oneOf(['self', 'staff', 'import'], 'Who asked for it.')
export type EnrollmentSource = Static<typeof EnrollmentSource>

const enrollmentFields = {
  id,
  courseId: id,
  userId: id,
  status: EnrollmentStatus,
  source: EnrollmentSource,
  enrolledAt: time,
  expiresAt: nullable(time),
  endedAt: nullable(time),
}
export const Enrollment = Type.Object(enrollmentFields, { $id: 'Enrollment' })
export type Enrollment = Static<typeof Enrollment>

export const ProgressSummary = Type.Object({
  percent: Type.Integer({ minimum: 0, maximum: 100, description: 'Rounded down; 100 for good once completed.' }),
  completedLessons: Type.Integer({ description: 'Required lessons that are complete.' }),
  requiredLessons: Type.Integer(),
  timeSpentSeconds: Type.Integer(),
  lastActivityAt: nullable(time),
  completedAt: nullable(time),
})
export type ProgressSummary = Static<typeof ProgressSummary>

export const MyEnrollment = Type.Object(
  {
    ...enrollmentFields,
    course: Type.Object({ id, slug: Type.String(), title: Type.String() }),
    progress: ProgressSummary,
  },
  { $id: 'MyEnrollment' },
)
export type MyEnrollment = Static<typeof MyEnrollment>

export const RosterEntry = Type.Object(
  {
    ...enrollmentFields,
    user: Type.Object({ id, fullName: Type.String(), email: Type.String() }),
    progress: ProgressSummary,
  },
  { $id: 'RosterEntry' },
)
export type RosterEntry = Static<typeof RosterEntry>

export const EnrollmentEvent = Type.Object(
  {
    id,
    event: oneOf(['enrolled', 'withdrawn', 'expired', 'returned', 'extended', 'completed'], 'What happened.'),
    occurredAt: time,
    actorId: nullable(Type.String({ format: 'uuid', description: 'Null: the system.' })),
    expiresAt: nullable(Type.String({ format: 'date-time', description: 'The end of the enrollment from then on.' })),
  },
  { $id: 'EnrollmentEvent' },
)
export type EnrollmentEvent = Static<typeof EnrollmentEvent>

export const CourseParams = Type.Object({ courseId: id })
export const EnrollmentParams = Type.Object({ enrollmentId: id })

const person = { userId: Type.Optional(id), email: Type.Optional(Email) }
const PersonBody = Type.Object(person, { additionalProperties: false, maxProperties: 1 })

/** Without a body the caller enrolls; staff name one person, by `userId` or `email`. */
export const EnrollBody = Type.Unsafe<Static<typeof PersonBody> | null | undefined>({
  ...PersonBody,
  type: ['object', 'null'],
})

export const BULK_ROWS_MAX = 500
export const Person = Type.Object(person, { additionalProperties: false, minProperties: 1, maxProperties: 1 })
export type Person = Static<typeof Person>
export const BulkBody = Type.Object(
  { rows: Type.Array(Person, { minItems: 1, maxItems: BULK_ROWS_MAX }) },
  { additionalProperties: false },
)

export const bulkOutcomes = [
  'enrolled',
  'returned',
  'already',
  'full',
  'unknown',
  'not-a-student',
  'deactivated',
] as const
export const BulkResult = Type.Object({
  enrolled: Type.Integer({ description: 'Rows that are enrolled now and were not before: `enrolled` and `returned`.' }),
  results: Type.Array(
    Type.Object({
      row: Type.Integer({ description: 'Position in `rows`, from 0.' }),
      outcome: oneOf(bulkOutcomes, '`already` also for a person named twice; `full`: no seat was left for this row.'),
      enrollmentId: nullable(id),
    }),
  ),
})
export type BulkResult = Static<typeof BulkResult>

export const ChangeEnrollmentBody = Type.Object(
  { expiresAt: nullable(Type.String({ format: 'date-time', description: 'In the future; null: no end.' })) },
  { additionalProperties: false },
)

export const MyEnrollmentsQuery = Type.Object({ ...PageQuery.properties, status: Type.Optional(EnrollmentStatus) })
export const RosterQuery = Type.Object({
  ...MyEnrollmentsQuery.properties,
  q: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'Part of the name or mail address.' })),
})
export const MyEnrollmentPage = Page(MyEnrollment)
export const RosterPage = Page(RosterEntry)
export const EnrollmentEventPage = Page(EnrollmentEvent)
