import type { Kysely } from 'kysely'
import { v7 as uuidv7 } from 'uuid'
import { afterCommit } from '#platform/database/transaction.ts'
import { checkPayload, type JobDefinition, type JobPayload } from './job.ts'
import { type JobsDatabase, jobTables } from './tables.ts'
import { announceJobs } from './wake-up.ts'

/**
 * Writes the job in the caller's transaction, so that it exists exactly when its cause is committed. It runs at or
 * after `runAt` (default: at once). Throws when the payload does not fit the definition.
 */
export async function enqueue<DB extends JobsDatabase, J extends JobDefinition>(
  tx: Kysely<DB>,
  job: J,
  payload: JobPayload<J>,
  now: Date,
  runAt: Date = now,
): Promise<void> {
  await enqueueAll(tx, job, [payload], now, runAt)
}

/** The same for many jobs of one kind, in one statement. */
export async function enqueueAll<DB extends JobsDatabase, J extends JobDefinition>(
  tx: Kysely<DB>,
  job: J,
  payloads: readonly JobPayload<J>[],
  now: Date,
  runAt: Date = now,
): Promise<void> {
  if (payloads.length === 0) return
  for (const payload of payloads) checkPayload(job, payload)
  await jobTables(tx)
    .insertInto('job')
    .values(
      payloads.map((payload) => ({
        id: uuidv7(),
        name: job.name,
        payload: JSON.stringify(payload),
        enqueued_at: now.toISOString(),
        run_at: runAt.toISOString(),
        available_at: runAt.toISOString(),
      })),
    )
    .execute()
  if (runAt <= now) afterCommit(announceJobs)
}
