import { type Static, Type } from 'typebox'
import { decimalSchema } from '#platform/decimal/decimal.ts'
import { nullable } from '#platform/http/nullable.ts'
import { Page, PageQuery } from '#platform/http/pagination.ts'
import { id, time } from '../setup/schemas.ts'

const points = nullable(decimalSchema('Earned, before the late penalty; null: not graded.'))
const latePenalty = decimalSchema('Points taken off for being late; never more than were earned are lost.')
const overridePoints = nullable(
  decimalSchema('Set by staff: counts instead of what was earned, whatever is graded again, until it is removed.'),
)
const isExcused = Type.Boolean({ description: 'The item counts neither as earned nor as possible.' })
const counted = nullable(
  decimalSchema('The points that count: the override, or what was earned less the penalty. Null: nothing does.'),
)

export const Grade = Type.Object(
  {
    enrollmentId: id,
    itemId: id,
    state: Type.Union([Type.Literal('graded'), Type.Literal('ungraded'), Type.Literal('excused')]),
    points,
    latePenalty,
    overridePoints,
    isExcused,
    counted,
    gradedAt: nullable(time),
    updatedAt: nullable(time),
  },
  { $id: 'Grade' },
)
export type Grade = Static<typeof Grade>

const GradeValues = Type.Object({ points, latePenalty, overridePoints, isExcused })

export const GradeEvent = Type.Object(
  {
    id,
    event: Type.Union([
      Type.Literal('graded'),
      Type.Literal('cleared'),
      Type.Literal('overridden'),
      Type.Literal('override-removed'),
      Type.Literal('excused'),
      Type.Literal('excuse-removed'),
    ]),
    occurredAt: time,
    actor: nullable(Type.Object({ id, fullName: Type.String() }, { description: 'Null: the system.' })),
    reason: Type.String(),
    before: nullable(GradeValues),
    after: GradeValues,
  },
  { $id: 'GradeEvent' },
)
export type GradeEvent = Static<typeof GradeEvent>
export const GradeEventPage = Page(GradeEvent)

export const ChangeGradeBody = Type.Object(
  {
    points: Type.Optional(nullable(decimalSchema('Of a manual item; null takes the grade back.'))),
    overridePoints: Type.Optional(nullable(decimalSchema('Null removes the override: what was earned counts again.'))),
    isExcused: Type.Optional(isExcused),
    reason: Type.String({
      minLength: 1,
      maxLength: 500,
      pattern: '\\S',
      description: 'Kept in the history of the grade, which staff can read.',
    }),
  },
  { additionalProperties: false, minProperties: 2 },
)
export type ChangeGradeBody = Static<typeof ChangeGradeBody>

export const GradeParams = Type.Object({ enrollmentId: id, itemId: id })
export const EventsQuery = PageQuery
export type EventsQuery = Static<typeof EventsQuery>
