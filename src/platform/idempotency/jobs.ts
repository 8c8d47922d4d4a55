import type { Kysely } from 'kysely'
import { Type } from 'typebox'
import { defineJob, handle, type JobHandler } from '#platform/jobs/job.ts'
import { defineRecurring } from '#platform/jobs/recurring.ts'
import { purgeExpiredClaims } from './queries.ts'
import type { IdempotencyDatabase } from './tables.ts'

export const purgeIdempotencyClaims = defineJob({
  name: 'idempotency.purge-expired-claims',
  payload: Type.Object({}),
  attempts: 3,
})

export const purgeIdempotencyClaimsHourly = defineRecurring({
  job: purgeIdempotencyClaims,
  payload: {},
  everySeconds: 3600,
})

export function purgeIdempotencyClaimsHandler<DB extends IdempotencyDatabase>(deps: {
  db: Kysely<DB>
  now: () => Date
}): JobHandler {
  const db = deps.db as unknown as Kysely<IdempotencyDatabase>
  return handle(purgeIdempotencyClaims, async () => void (await purgeExpiredClaims(db, deps.now())))
}
