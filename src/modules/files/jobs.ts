import { Type } from 'typebox'
import { defineJob } from '#platform/jobs/job.ts'
import { defineRecurring } from '#platform/jobs/recurring.ts'

/** A file was deleted: its content goes, too. */
export const removeContent = defineJob({
  name: 'files.remove-content',
  payload: Type.Object({ fileId: Type.String() }),
  attempts: 10,
})

/** Takes objects out of the storage that no file refers to: uploads that a crash cut off after their last byte. */
export const collectOrphans = defineJob({
  name: 'files.collect-orphans',
  payload: Type.Object({}),
  attempts: 3,
  timeoutSeconds: 1800,
})

export const fileJobs = [removeContent, collectOrphans] as const

export const recurringFileJobs = [defineRecurring({ job: collectOrphans, payload: {}, dailyAt: '03:40' })] as const
