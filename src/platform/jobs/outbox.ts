import type { Kysely } from 'kysely'
import { v7 as uuidv7 } from 'uuid'
import type { JobDefinition, JobPayload } from './job.ts'
import type { JobsDatabase } from './tables.ts'

/**
 * Writes the job in the caller's transaction, so that it exists exactly when its cause is committed. It runs at or
 * after `runAt` (default: at once).
 */
export async function enqueue<DB extends JobsDatabase, J extends JobDefinition>(
  tx: Kysely<DB>,
  job: J,
  payload: JobPayload<J>,
  now: Date,
  runAt: Date = now,
): Promise<void> {
  await (tx as unknown as Kysely<JobsDatabase>)
    .insertInto('job')
    .values({
      id: uuidv7(),
      name: job.name,
      payload: JSON.stringify(payload),
      enqueued_at: now.toISOString(),
      run_at: runAt.toISOString(),
      locked_until: null,
      last_error: null,
    })
    .execute()
}
