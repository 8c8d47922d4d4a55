import { Type } from 'typebox'
import { defineJob } from '#platform/jobs/job.ts'

const Notice = Type.Union([
  Type.Literal('password-changed'),
  Type.Literal('totp-enabled'),
  Type.Literal('totp-disabled'),
  Type.Literal('recovery-code-used'),
])

/** Tells a person what happened to the security of his account, in case it was not he. */
export const sendSecurityNotice = defineJob({
  name: 'auth.send-security-notice',
  payload: Type.Object({
    userId: Type.String({ format: 'uuid' }),
    notice: Notice,
    happenedAt: Type.String({ format: 'date-time' }),
  }),
  attempts: 10,
})
