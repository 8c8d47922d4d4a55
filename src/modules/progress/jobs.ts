import { Type } from 'typebox'
import { defineJob, type JobDefinition } from '#platform/jobs/job.ts'

/** A student has completed a course. Happens once per enrollment; its followers do what must follow. */
export const courseCompleted = defineJob({
  name: 'progress.course-completed',
  payload: Type.Object({ enrollmentId: Type.String() }),
  attempts: 8,
})

/** A job of whatever module that must run once a course is completed, beside all others that must. */
export type CompletionFollower = JobDefinition<string, (typeof courseCompleted)['payload']>

/** Congratulates the student. */
export const mailCompletion = defineJob({
  name: 'progress.mail-completion',
  payload: courseCompleted.payload,
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
