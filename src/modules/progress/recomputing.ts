import type { Kysely } from 'kysely'
import { lockEnrollmentBatch } from '#modules/enrollments/index.ts'
import type { Database } from '../../database.ts'
import type { Settling } from './settling.ts'

/** Enrollments of one transaction: students who complete a lesson meanwhile wait for it. */
const BATCH = 200

export function createRecomputing(settling: Settling) {
  /**
   * Makes the stored progress of the next students of a course again, in the order of their ids. Returns the last of
   * them when there may be more. Nobody loses a completion; who lacked only what is required no longer completes now.
   */
  async function recomputeBatch(
    tx: Kysely<Database>,
    courseId: string,
    afterUserId: string,
    at: Date,
  ): Promise<string | undefined> {
    const batch = await lockEnrollmentBatch(tx, courseId, afterUserId, BATCH)
    if (batch.length === 0) return undefined
    await settling.settle(
      tx,
      batch.map((row) => row.id),
      at,
    )
    return batch.length < BATCH ? undefined : batch.at(-1)?.user_id
  }

  return { recomputeBatch }
}
