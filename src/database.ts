import type { AuditDatabase } from '#modules/audit/index.ts'
import type { AuthDatabase } from '#modules/auth/index.ts'
import type { UsersDatabase } from '#modules/users/index.ts'
import type { JobsDatabase } from '#platform/jobs/tables.ts'

/** Every table: the intersection of what each module owns. */
export type Database = JobsDatabase & UsersDatabase & AuthDatabase & AuditDatabase
