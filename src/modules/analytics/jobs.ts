import { Type } from 'typebox'
import { defineJob } from '#platform/jobs/job.ts'
import { defineRecurring } from '#platform/jobs/recurring.ts'

/** Counts the courses that have changed, and the system. A first run on much data takes long and stops where it must. */
export const countCourses = defineJob({
  name: 'analytics.count-courses',
  payload: Type.Object({}),
  attempts: 3,
  timeoutSeconds: 270,
})

/** How long the statistics of a course may lag behind. */
export const countingRecurs = defineRecurring({ job: countCourses, payload: {}, everySeconds: 300 })
