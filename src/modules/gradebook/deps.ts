import type { Kysely } from 'kysely'
import type { Metrics } from '#platform/metrics/metrics.ts'
import type { Database } from '../../database.ts'

/** What every part of this module works with. */
export interface GradebookDeps {
  readonly db: Kysely<Database>
  readonly metrics: Metrics
  readonly now: () => Date
  readonly newId: () => string
}
