import type { JobDefinition, JobHandler } from '#platform/jobs/job.ts'
import type { Mailer } from '#platform/mail/mailer.ts'
import { createNoticeHandlers } from './notices/handlers.ts'
import { sendSecurityNotice } from './notices/jobs.ts'
import { createPurgeHandlers, type PurgeDeps } from './purge/handlers.ts'
import { purgeExpiredLogins, purgeExpiredLoginsHourly } from './purge/jobs.ts'

export const authJobs: readonly JobDefinition[] = [sendSecurityNotice, purgeExpiredLogins]
export const authRecurring = [purgeExpiredLoginsHourly]

export function createAuthHandlers(deps: PurgeDeps & { readonly mailer: Mailer }): JobHandler[] {
  return [...createNoticeHandlers(deps), ...createPurgeHandlers(deps)]
}
