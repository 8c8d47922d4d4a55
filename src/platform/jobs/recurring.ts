import type { JobDefinition, JobPayload } from './job.ts'

/** When a recurring job is due: every so many seconds, or once a day at a time of day in UTC (`HH:MM`). */
export type Schedule = { readonly everySeconds: number } | { readonly dailyAt: `${number}:${number}` }

export interface RecurringJob {
  readonly job: JobDefinition
  readonly schedule: Schedule
  readonly payload: unknown
}

/** A job that is enqueued once per period, however many processes run; after a pause once, not once per missed period. */
export function defineRecurring<J extends JobDefinition>(
  definition: { readonly job: J; readonly payload: JobPayload<J> } & Schedule,
): RecurringJob {
  const { job, payload, ...schedule } = definition
  return { job, payload, schedule }
}
