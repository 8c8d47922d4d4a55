import { type Static, type TSchema, Type } from 'typebox'
import { decimalSchema } from '#platform/decimal/decimal.ts'
import { nullable } from '#platform/http/nullable.ts'
import { Page, PageQuery } from '#platform/http/pagination.ts'
import { stepKinds } from './explanation.ts'
import { Moment, TimeZoneName } from './moment.ts'

const id = Type.String({ format: 'uuid' })
const time = Type.String({ format: 'date-time' })

const maybe = <S extends TSchema>(schema: S) => Type.Optional(nullable(schema))

const timeFactor = decimalSchema('Multiplies time limits; 1 to 10.', { wholeDigits: 2 })
const extraMinutes = Type.Integer({ minimum: 0, maximum: 1440, description: 'Added to time limits, after the factor.' })
const extraDays = Type.Integer({
  minimum: 0,
  maximum: 366,
  description: 'Calendar days by which due and closing dates move, in the time zone of the item.',
})
const reason = Type.String({
  minLength: 1,
  maxLength: 500,
  pattern: '\\S',
  description: 'For the staff and the audit log; the student does not see it.',
})

const granted = {
  timeFactor: maybe(timeFactor),
  extraMinutes: Type.Optional(extraMinutes),
  extraDays: Type.Optional(extraDays),
  reason,
}
export const CourseAccommodationBody = Type.Object(granted, { additionalProperties: false })
export const ItemAccommodationBody = Type.Object(
  { ...granted, opens: maybe(Moment), due: maybe(Moment), closes: maybe(Moment) },
  { additionalProperties: false },
)
export type AccommodationBody = Static<typeof ItemAccommodationBody>

export const AccommodationView = Type.Object(
  {
    courseId: id,
    lessonId: nullable(
      Type.String({ format: 'uuid', description: 'Of the quiz or assignment; null: the whole course.' }),
    ),
    user: Type.Object({ id, fullName: Type.String(), email: Type.String() }),
    timeFactor: nullable(timeFactor),
    extraMinutes,
    extraDays,
    opens: nullable(Moment),
    due: nullable(Moment),
    closes: nullable(Moment),
    reason: Type.String(),
    createdAt: time,
    updatedAt: time,
    updatedBy: id,
  },
  { $id: 'Accommodation' },
)
export type AccommodationView = Static<typeof AccommodationView>
export const AccommodationPage = Page(AccommodationView)

const instant = (description: string) => nullable(Type.String({ format: 'date-time', description }))

export const DeadlineView = Type.Object(
  {
    lessonId: id,
    userId: nullable(Type.String({ format: 'uuid', description: 'Null: as for everybody without accommodations.' })),
    timeZone: TimeZoneName,
    serverTime: Type.String({ format: 'date-time', description: 'The clock that counts.' }),
    opensAt: instant('Null: open from the start.'),
    dueAt: instant('Later is late. Null: never.'),
    closesAt: instant('The last moment to begin; without a time limit, to hand in. Null: none.'),
    timeLimitSeconds: nullable(Type.Integer({ description: 'Of one attempt, extra time included.' })),
    startedAt: instant('When the running attempt began.'),
    deadline: instant(
      'The end of this attempt, or of handing in. Null: nothing ends, or the time starts with an attempt.',
    ),
    acceptedUntil: instant('The deadline with its grace for what is on its way.'),
    steps: Type.Array(
      Type.Object({
        about: Type.Unsafe<(typeof stepKinds)[number]>({ type: 'string', enum: [...stepKinds] }),
        at: instant('Where the calculation stands after this step.'),
        text: Type.String(),
      }),
      { description: 'How all this comes about, in the order of the calculation.' },
    ),
  },
  { $id: 'Deadline' },
)
export type DeadlineView = Static<typeof DeadlineView>

export const CourseParams = Type.Object({ courseId: id })
export const LessonParams = Type.Object({ lessonId: id })
export const CourseStudentParams = Type.Object({ courseId: id, userId: id })
export const LessonStudentParams = Type.Object({ lessonId: id, userId: id })
export const AccommodationsQuery = Type.Object({
  ...PageQuery.properties,
  userId: Type.Optional(id),
  lessonId: Type.Optional(id),
})
export type AccommodationsQuery = Static<typeof AccommodationsQuery>
export const DeadlineQuery = Type.Object({
  userId: Type.Optional(Type.String({ format: 'uuid', description: 'For staff: the student it is asked for.' })),
})
