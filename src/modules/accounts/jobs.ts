import type { JobDefinition, JobHandler } from '#platform/jobs/job.ts'
import { type AccountMailDeps, createAccountMailHandlers } from './mails/handlers.ts'
import { sendInvitation, sendPasswordReset, sendVerification } from './mails/jobs.ts'

export const accountJobs: readonly JobDefinition[] = [sendVerification, sendPasswordReset, sendInvitation]

export function createAccountHandlers(deps: AccountMailDeps): JobHandler[] {
  return createAccountMailHandlers(deps)
}
