import { type Static, Type } from 'typebox'

export const LoginBody = Type.Object(
  { email: Type.String({ minLength: 1, maxLength: 254 }), password: Type.String({ minLength: 1, maxLength: 200 }) },
  { additionalProperties: false },
)
export type LoginBody = Static<typeof LoginBody>

export const SecondFactorBody = Type.Object(
  {
    challengeToken: Type.String({ minLength: 1, maxLength: 200 }),
    code: Type.String({
      minLength: 6,
      maxLength: 40,
      description: 'The six digits that the authenticator app shows now, or one of the recovery codes.',
    }),
  },
  { additionalProperties: false },
)
export type SecondFactorBody = Static<typeof SecondFactorBody>
