import { Type } from 'typebox'

const Password = Type.String({ minLength: 1, maxLength: 200, description: 'The present password of the account.' })
const Code = Type.String({ minLength: 6, maxLength: 40, description: 'The six digits that the app shows now.' })

export const EnrollTotpBody = Type.Object({ password: Password }, { additionalProperties: false })
export const ConfirmTotpBody = Type.Object({ code: Code }, { additionalProperties: false })
export const TotpProofBody = Type.Object(
  {
    password: Password,
    code: Type.String({ minLength: 6, maxLength: 40, description: 'A code of the app, or a recovery code.' }),
  },
  { additionalProperties: false },
)

export const TotpEnrollment = Type.Object(
  {
    secret: Type.String({ description: 'Base32, to be typed into an app. Shown here only.' }),
    uri: Type.String({ description: '`otpauth://…`, to be shown as a QR code.' }),
  },
  { $id: 'TotpEnrollment' },
)

export const TotpStatus = Type.Object(
  { enabled: Type.Boolean(), recoveryCodesLeft: Type.Integer({ minimum: 0 }) },
  { $id: 'TotpStatus' },
)

export const RecoveryCodes = Type.Object(
  {
    recoveryCodes: Type.Array(Type.String(), {
      description: 'Each works once in place of a code. Shown here only: they are stored as hashes.',
    }),
  },
  { $id: 'RecoveryCodes' },
)
