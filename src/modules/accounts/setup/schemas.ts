import { type Static, Type } from 'typebox'
import { Email, FullName } from '#modules/users/index.ts'
import { NewPassword } from '../schemas.ts'

export const SetupBody = Type.Object(
  {
    setupToken: Type.String({ minLength: 1, maxLength: 200, description: 'Printed by the first start.' }),
    email: Email,
    password: NewPassword,
    fullName: FullName,
  },
  { additionalProperties: false },
)
export type SetupBody = Static<typeof SetupBody>
