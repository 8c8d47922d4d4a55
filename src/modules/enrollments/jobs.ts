import { Type } from 'typebox'
import { defineJob } from '#platform/jobs/job.ts'

/** Greets a student who was enrolled. */
export const sendWelcome = defineJob({
  name: 'enrollments.send-welcome',
  payload: Type.Object({ enrollmentId: Type.String() }),
  attempts: 8,
})

/** Records the end of enrollments whose time has passed. */
export const expireEnrollments = defineJob({
  name: 'enrollments.expire',
  payload: Type.Object({}),
  attempts: 3,
})
