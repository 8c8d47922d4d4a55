import { Type } from 'typebox'
import { defineJob } from '#platform/jobs/job.ts'

/** Which lessons of a course count towards progress has changed; whoever stores progress recomputes it. */
export const outlineChanged = defineJob({
  name: 'courses.outline-changed',
  payload: Type.Object({ courseId: Type.String() }),
  attempts: 5,
})
