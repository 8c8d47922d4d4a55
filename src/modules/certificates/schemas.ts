import { type Static, Type } from 'typebox'
import { decimalSchema } from '#platform/decimal/decimal.ts'
import { nullable } from '#platform/http/nullable.ts'
import { oneLine } from '#platform/http/one-line.ts'
import { Page } from '#platform/http/pagination.ts'

const id = Type.String({ format: 'uuid' })
const time = Type.String({ format: 'date-time' })
const oneOf = <const V extends string>(values: readonly V[], description: string) =>
  Type.Unsafe<V>({ type: 'string', enum: [...values], description })

const shortText = (maxLength: number, description: string) =>
  Type.String({ minLength: 1, maxLength, pattern: '\\S', description })

export const Signatory = Type.Object(
  {
    name: oneLine(100, { description: 'Who signs.' }),
    role: Type.String({ maxLength: 100, description: 'As what; may be empty.' }),
  },
  { additionalProperties: false },
)
export type Signatory = Static<typeof Signatory>

const templateFields = {
  heading: oneLine(120, { description: 'The title of the document.' }),
  text: shortText(
    1500,
    'Lines with the placeholders `{holder}`, `{course}`, `{date}` (of completion), `{grade}` and `{number}`. A line that is only `{holder}` or `{course}` is set large; one with `{grade}` is left out where there is no grade.',
  ),
  accentColor: Type.String({ pattern: '^#[0-9a-fA-F]{6}$', description: 'Of the heading and the frame.' }),
  signatories: Type.Array(Signatory, { maxItems: 4, description: 'Who signs, from the beginning of the line.' }),
  showsGrade: Type.Boolean({
    description: 'The final grade at the time of issue may stand on the document, and is told to whoever verifies it.',
  }),
  language: Type.String({
    pattern: '^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$',
    maxLength: 35,
    description: 'BCP 47 tag of the language of the texts; dates are written in it.',
    examples: ['en', 'ar', 'zh-Hans'],
  }),
  direction: oneOf(['ltr', 'rtl'], 'In which direction the language is written.'),
}
export const CertificateTemplate = Type.Object(templateFields)
export type CertificateTemplate = Static<typeof CertificateTemplate>

const minimumPercent = nullable(
  decimalSchema('The final grade that is needed, released items only; null: completing the course is enough.', {
    wholeDigits: 3,
  }),
)
const isEnabled = Type.Boolean({ description: 'Whoever completes the course gets a certificate.' })

export const CertificateSettingsBody = Type.Object(
  { isEnabled, minimumPercent, ...templateFields },
  { additionalProperties: false },
)
export type CertificateSettingsBody = Static<typeof CertificateSettingsBody>

export const PreviewBody = Type.Object(
  { holderName: oneLine(200, { description: 'Whose certificate it would be.' }), ...templateFields },
  { additionalProperties: false },
)
export type PreviewBody = Static<typeof PreviewBody>
export const CertificateSettings = Type.Object(
  { courseId: id, isEnabled, minimumPercent, ...templateFields, updatedAt: nullable(time) },
  { $id: 'CertificateSettings' },
)
export type CertificateSettings = Static<typeof CertificateSettings>

const number = Type.String({ description: 'Four groups of four characters.', examples: ['K7QW-2M9D-XR4T-0BEH'] })
const completedOn = Type.String({ format: 'date', description: 'UTC day on which the course was completed.' })
const grade = nullable(Type.String({ description: 'Null where the course shows none.' }))

export const Certificate = Type.Object(
  {
    number,
    enrollmentId: nullable(id),
    courseId: nullable(id),
    userId: nullable(id),
    holderName: Type.String({ description: 'At the time of issue, like the title and the grade.' }),
    courseTitle: Type.String(),
    grade,
    completedOn,
    issuedAt: time,
    status: oneOf(['valid', 'revoked', 'replaced'], 'Replaced: another one was issued in its place.'),
    revokedAt: nullable(time),
    revocationReason: nullable(Type.String()),
    replacedBy: nullable(Type.String({ description: 'Number of the one in its place.' })),
    document: oneOf(['pending', 'ready', 'failed'], 'The PDF.'),
    documentFailure: nullable(Type.String({ description: 'Why there is no PDF.' })),
    verificationUrl: Type.String({ description: 'Where anybody can check it.' }),
  },
  { $id: 'Certificate' },
)
export type Certificate = Static<typeof Certificate>
export const CertificatePage = Page(Certificate)

export const Verification = Type.Object(
  {
    number,
    holderName: Type.String(),
    courseTitle: Type.String(),
    grade,
    completedOn,
    status: oneOf(['valid', 'revoked'], 'Whether it counts.'),
  },
  { $id: 'CertificateVerification' },
)
export type Verification = Static<typeof Verification>

export const KeySet = Type.Object(
  {
    keys: Type.Array(
      Type.Object({
        kty: Type.String(),
        crv: Type.String(),
        x: Type.String(),
        kid: Type.String(),
        alg: Type.String(),
        use: Type.String(),
      }),
      { description: 'The newest first; old ones stay, for what they have signed.' },
    ),
  },
  { $id: 'CertificateKeySet' },
)
export type KeySet = Static<typeof KeySet>

export const ReasonBody = Type.Object(
  { reason: shortText(500, 'Told to the holder, and kept in the audit log.') },
  { additionalProperties: false },
)

export const CourseParams = Type.Object({ courseId: id })
export const EnrollmentParams = Type.Object({ enrollmentId: id })
export const NumberParams = Type.Object({
  number: Type.String({ maxLength: 60, description: 'Case, spaces and hyphens do not matter.' }),
})
