import { Type } from 'typebox'
import { defineJob } from '#platform/jobs/job.ts'
import { defineRecurring } from '#platform/jobs/recurring.ts'

/** Deletes what can never be used again. */
export const purgeExpiredLogins = defineJob({
  name: 'auth.purge-expired',
  payload: Type.Object({}),
  attempts: 3,
  timeoutSeconds: 600,
})

export const purgeExpiredLoginsHourly = defineRecurring({ job: purgeExpiredLogins, payload: {}, everySeconds: 3600 })
