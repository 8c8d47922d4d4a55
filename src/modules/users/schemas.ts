import { type Static, Type } from 'typebox'
import { nullable } from '#platform/http/nullable.ts'
import { oneLine } from '#platform/http/one-line.ts'

export const roles = ['administrator', 'instructor', 'student'] as const
export const Role = Type.Union([Type.Literal('administrator'), Type.Literal('instructor'), Type.Literal('student')])
export type Role = Static<typeof Role>

export const UserStatus = Type.Union([Type.Literal('invited'), Type.Literal('active'), Type.Literal('deactivated')])
export type UserStatus = Static<typeof UserStatus>

export const Email = Type.String({ format: 'email', maxLength: 254, description: 'Upper and lower case are the same.' })
export const FullName = oneLine(200, { description: 'In any script.' })

export const User = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    email: Type.String(),
    fullName: Type.String(),
    role: Role,
    status: UserStatus,
    emailVerified: Type.Boolean(),
    totpEnabled: Type.Boolean({ description: 'A second factor is asked for at login.' }),
    createdAt: Type.String({ format: 'date-time' }),
    lastLoginAt: nullable(Type.String({ format: 'date-time' })),
  },
  { $id: 'User' },
)
export type User = Static<typeof User>
