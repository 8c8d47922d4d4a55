import type { Kysely } from 'kysely'
import type { JobDefinition, JobHandler } from '#platform/jobs/job.ts'
import type { Mailer } from '#platform/mail/mailer.ts'
import type { Database } from '../../database.ts'
import { createNoticeHandlers } from './notices/handlers.ts'
import { sendSecurityNotice } from './notices/jobs.ts'

export const authJobs: readonly JobDefinition[] = [sendSecurityNotice]

export function createAuthHandlers(deps: { db: Kysely<Database>; mailer: Mailer }): JobHandler[] {
  return createNoticeHandlers(deps)
}
