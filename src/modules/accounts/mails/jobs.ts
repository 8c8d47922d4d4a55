import { Type } from 'typebox'
import { defineJob } from '#platform/jobs/job.ts'

/** Ids only: the token for the link is derived when the mail is written. */
const payload = Type.Object({ tokenId: Type.String({ format: 'uuid' }) })

export const sendVerification = defineJob({ name: 'accounts.send-verification', payload, attempts: 10 })
export const sendPasswordReset = defineJob({ name: 'accounts.send-password-reset', payload, attempts: 5 })
export const sendInvitation = defineJob({ name: 'accounts.send-invitation', payload, attempts: 10 })
