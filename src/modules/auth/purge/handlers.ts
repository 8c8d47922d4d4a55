import type { Kysely } from 'kysely'
import { inBatches } from '#platform/database/in-batches.ts'
import { handle, type JobHandler } from '#platform/jobs/job.ts'
import type { Database } from '../../../database.ts'
import { purgeExpiredLogins } from './jobs.ts'
import { deleteExpiredChallenges, deleteExpiredSessions, deleteOldRefreshTokens } from './queries.ts'

export interface PurgeDeps {
  readonly db: Kysely<Database>
  readonly now: () => Date
  readonly refreshTokenDays: number
}

const DAY_MS = 24 * 60 * 60 * 1000
// Past sessions tell which networks an account has been at home in: see `createLoginThrottle`.
const SESSIONS_KEPT_DAYS = 90

export function createPurgeHandlers({ db, now, refreshTokenDays }: PurgeDeps): JobHandler[] {
  const daysAgo = (days: number) => new Date(now().getTime() - days * DAY_MS).toISOString()
  return [
    handle(purgeExpiredLogins, async (_payload, { signal }) => {
      await inBatches(signal, (limit) => deleteExpiredChallenges(db, daysAgo(0), limit))
      // A refresh token that old has expired; until then even a used one is kept, to notice its replay.
      await inBatches(signal, (limit) => deleteOldRefreshTokens(db, daysAgo(refreshTokenDays), limit))
      await inBatches(signal, (limit) => deleteExpiredSessions(db, daysAgo(SESSIONS_KEPT_DAYS), limit))
    }),
  ]
}
