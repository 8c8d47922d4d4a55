import { type Kysely, sql } from 'kysely'
import { countUnreadableTotpSecrets } from '#modules/auth/index.ts'
import { type PresentMaintenance, readMaintenance } from '#modules/maintenance/index.ts'
import { selectBacklog } from '#platform/jobs/backlog.ts'
import { jobTables } from '#platform/jobs/tables.ts'
import type { Database } from '../../database.ts'

export interface ProductFacts {
  readonly deadJobs: number
  readonly deadJobNames: readonly string[]
  /** Due, and taken by nobody. */
  readonly waitingJobs: number
  readonly oldestDue: string | null
  /** Begun by a process that has not been heard of since its lease ended. */
  readonly abandonedJobs: number
  readonly recurringJobs: number
  /** When the recurring job that is overdue most should have been enqueued; null when none is planned. */
  readonly nextRecurring: string | null
  /** Unfinished jobs whose last attempt to send a mail failed within the last day. */
  readonly failedMails: number
  readonly administrators: number
  readonly administratorsWithoutSecondFactor: number
  readonly sealedSecrets: number
  /** Of those, the ones that SECRET_KEY does not open. */
  readonly unreadableSecrets: number
  readonly maintenance: PresentMaintenance | null
}

const DAY_MS = 24 * 60 * 60 * 1000

export async function readProduct(db: Kysely<Database>, secretKey: string, now: Date): Promise<ProductFacts> {
  const backlog = await selectBacklog(jobTables(db), now.toISOString())
  const { sealed, unreadable } = await countUnreadableTotpSecrets(db, secretKey)
  return {
    deadJobs: backlog.reduce((total, one) => total + one.dead, 0),
    deadJobNames: backlog.filter((one) => one.dead > 0).map((one) => one.name),
    waitingJobs: backlog.reduce((total, one) => total + one.waiting, 0),
    oldestDue: backlog.flatMap((one) => one.oldestDue ?? []).sort()[0] ?? null,
    ...(await selectCounts(db, now)),
    sealedSecrets: sealed,
    unreadableSecrets: unreadable,
    maintenance: await readMaintenance(db),
  }
}

async function selectCounts(db: Kysely<Database>, now: Date) {
  const dayAgo = new Date(now.getTime() - DAY_MS).toISOString()
  const administrator = sql`role = 'administrator' and status = 'active'`
  const { rows } = await sql<{
    abandonedJobs: number
    recurringJobs: number
    nextRecurring: string | null
    failedMails: number
    administrators: number
    administratorsWithoutSecondFactor: number
  }>`
    select (select count(*) from job where state = 'running' and available_at <= ${now.toISOString()})
        as "abandonedJobs",
      (select count(*) from recurring_job) as "recurringJobs",
      (select min(next_run_at) from recurring_job) as "nextRecurring",
      (select count(*) from job where last_error like '%mail%' and enqueued_at >= ${dayAgo}) as "failedMails",
      (select count(*) from user_account where ${administrator}) as administrators,
      (select count(*) from user_account where ${administrator} and totp_enabled_at is null)
        as "administratorsWithoutSecondFactor"`.execute(db)
  const [counts] = rows
  if (!counts) throw new Error('the database counts nothing')
  return counts
}
