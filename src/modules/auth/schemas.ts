import { type Static, Type } from 'typebox'
import { Email, FullName } from '#modules/users/index.ts'

export const NewPassword = Type.String({
  minLength: 10,
  maxLength: 200,
  description: 'At least 10 characters of any kind; length beats rules (NIST SP 800-63B).',
})

export const RegisterBody = Type.Object(
  { email: Email, password: NewPassword, fullName: FullName },
  { additionalProperties: false },
)
export type RegisterBody = Static<typeof RegisterBody>

export const LoginBody = Type.Object(
  { email: Type.String({ minLength: 1, maxLength: 254 }), password: Type.String({ minLength: 1, maxLength: 200 }) },
  { additionalProperties: false },
)
export type LoginBody = Static<typeof LoginBody>

export const RefreshBody = Type.Object(
  { refreshToken: Type.String({ minLength: 1, maxLength: 200 }) },
  { additionalProperties: false },
)

export const Tokens = Type.Object(
  {
    accessToken: Type.String({ description: 'JWT for the Authorization header.' }),
    refreshToken: Type.String({ description: 'Works once; the answer brings its successor.' }),
    tokenType: Type.Literal('Bearer'),
    expiresIn: Type.Integer({ description: 'Life of the access token in seconds.' }),
  },
  { $id: 'Tokens' },
)
export type Tokens = Static<typeof Tokens>
