import { Type } from 'typebox'
import { defineJob } from '#platform/jobs/job.ts'
import { defineRecurring } from '#platform/jobs/recurring.ts'

/** Deletes the tokens of links that have expired. */
export const purgeExpiredTokens = defineJob({
  name: 'accounts.purge-expired-tokens',
  payload: Type.Object({}),
  attempts: 3,
  timeoutSeconds: 600,
})

export const purgeExpiredTokensHourly = defineRecurring({ job: purgeExpiredTokens, payload: {}, everySeconds: 3600 })
