import type { HandedOver } from './queries.ts'

/** The one queue in Redis. Its entries only say which row to run; payloads and truth stay in the database. */
export const QUEUE = 'jobs'

export interface Notice {
  readonly id: string
  /** How often the job had been claimed when it was handed over: an older notice is out of date. */
  readonly claims: number
}

/** What BullMQ stores for a job. Handed over again, it is the same entry; after another claim it is a new one. */
export function toNotice({ id, name, claims }: HandedOver) {
  return {
    name,
    data: { id, claims } satisfies Notice,
    // Kept entries would swallow a later notice of the same id, so finished ones go at once.
    opts: { jobId: `${id}-${claims}`, attempts: 1, removeOnComplete: true, removeOnFail: true },
  }
}

/** Every key of the queue begins with this. */
export function queuePrefix(redisPrefix: string): string {
  return `${redisPrefix}bullmq`
}
