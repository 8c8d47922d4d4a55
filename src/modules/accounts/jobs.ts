import type { JobDefinition, JobHandler } from '#platform/jobs/job.ts'
import { type AccountMailDeps, createAccountMailHandlers } from './mails/handlers.ts'
import { sendInvitation, sendPasswordReset, sendVerification } from './mails/jobs.ts'
import { createTokenPurgeHandlers } from './purge/handlers.ts'
import { purgeExpiredTokens, purgeExpiredTokensHourly } from './purge/jobs.ts'

export const accountJobs: readonly JobDefinition[] = [
  sendVerification,
  sendPasswordReset,
  sendInvitation,
  purgeExpiredTokens,
]
export const accountRecurring = [purgeExpiredTokensHourly]

export function createAccountHandlers(deps: AccountMailDeps): JobHandler[] {
  return [...createAccountMailHandlers(deps), ...createTokenPurgeHandlers(deps)]
}
