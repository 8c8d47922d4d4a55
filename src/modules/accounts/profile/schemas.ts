import { type Static, Type } from 'typebox'
import { FullName } from '#modules/users/index.ts'
import { NewPassword } from '../schemas.ts'

export const ChangeProfileBody = Type.Object(
  { fullName: Type.Optional(FullName) },
  { additionalProperties: false, minProperties: 1 },
)
export type ChangeProfileBody = Static<typeof ChangeProfileBody>

export const ChangePasswordBody = Type.Object(
  { currentPassword: Type.String({ minLength: 1, maxLength: 200 }), newPassword: NewPassword },
  { additionalProperties: false },
)
export type ChangePasswordBody = Static<typeof ChangePasswordBody>
