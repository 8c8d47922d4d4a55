import type { Kysely } from 'kysely'
import { inBatches } from '#platform/database/in-batches.ts'
import { handle, type JobHandler } from '#platform/jobs/job.ts'
import type { Database } from '../../../database.ts'
import { deleteExpiredTokens } from '../one-time-tokens/queries.ts'
import { purgeExpiredTokens } from './jobs.ts'

export function createTokenPurgeHandlers({ db, now }: { db: Kysely<Database>; now: () => Date }): JobHandler[] {
  return [
    handle(purgeExpiredTokens, async (_payload, { signal }) => {
      await inBatches(signal, (limit) => deleteExpiredTokens(db, now().toISOString(), limit))
    }),
  ]
}
