import { type Static, Type } from 'typebox'
import { Email, FullName } from '#modules/users/index.ts'
import { NewPassword } from '../schemas.ts'

export const RegisterBody = Type.Object(
  { email: Email, password: NewPassword, fullName: FullName },
  { additionalProperties: false },
)
export type RegisterBody = Static<typeof RegisterBody>
