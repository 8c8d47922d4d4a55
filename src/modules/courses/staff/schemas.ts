import { type Static, Type } from 'typebox'
import { Email } from '#modules/users/index.ts'

const userId = Type.String({ format: 'uuid' })
const GivenRole = Type.Union([Type.Literal('co-instructor'), Type.Literal('teaching-assistant')])

export const StaffMember = Type.Object(
  {
    userId,
    fullName: Type.String(),
    email: Type.String(),
    staffRole: Type.Union([Type.Literal('owner'), ...GivenRole.anyOf]),
    addedAt: Type.String({ format: 'date-time' }),
  },
  { $id: 'StaffMember' },
)
export type StaffMember = Static<typeof StaffMember>

/** A course has few of them: one list, no pages. */
export const StaffList = Type.Object({ items: Type.Array(StaffMember) })

export const AddStaffBody = Type.Object({ email: Email, staffRole: GivenRole }, { additionalProperties: false })
export type AddStaffBody = Static<typeof AddStaffBody>

export const ChangeStaffBody = Type.Object({ staffRole: GivenRole }, { additionalProperties: false })

export const TransferBody = Type.Object(
  { userId: Type.String({ format: 'uuid', description: 'A co-instructor or teaching assistant of the course.' }) },
  { additionalProperties: false },
)

export const StaffParams = Type.Object({ courseId: Type.String({ format: 'uuid' }), userId })
