import { Type } from 'typebox'
import { defineJob } from '#platform/jobs/job.ts'
import { defineRecurring } from '#platform/jobs/recurring.ts'

/** Counts the enrollments of every course anew. */
export const countCourses = defineJob({ name: 'analytics.count-courses', payload: Type.Object({}), attempts: 3 })

/** How long the statistics of a course may lag behind. */
export const countingRecurs = defineRecurring({ job: countCourses, payload: {}, everySeconds: 300 })
