import { Type } from 'typebox'
import { defineJob } from '#platform/jobs/job.ts'

/** Tells a student that a grade can be seen. */
export const gradeReleased = defineJob({
  name: 'assignments.grade-released',
  payload: Type.Object({ submissionId: Type.String() }),
  attempts: 8,
})

/** Tells a student that he may hand in again, and why. */
export const submissionReopened = defineJob({
  name: 'assignments.submission-reopened',
  payload: Type.Object({ submissionId: Type.String(), reason: Type.String() }),
  attempts: 8,
})
