import { Type } from 'typebox'
import { defineJob } from '#platform/jobs/job.ts'

/** A student has completed a course. Happens once per enrollment. */
export const courseCompleted = defineJob({
  name: 'progress.course-completed',
  payload: Type.Object({ enrollmentId: Type.String() }),
  attempts: 8,
})

/** Makes the stored progress of one batch of a course's enrollments again, and enqueues the next batch. */
export const recomputeEnrollments = defineJob({
  name: 'progress.recompute-enrollments',
  payload: Type.Object({
    courseId: Type.String(),
    afterUserId: Type.String({ description: 'The last student of the batch before; empty at the beginning.' }),
  }),
  attempts: 8,
})
