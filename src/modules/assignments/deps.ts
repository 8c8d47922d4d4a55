import type { Kysely } from 'kysely'
import type { Progress } from '#modules/progress/index.ts'
import type { Metrics } from '#platform/metrics/metrics.ts'
import type { Database } from '../../database.ts'

export interface AssignmentsDeps {
  readonly db: Kysely<Database>
  readonly metrics: Metrics
  readonly progress: Pick<Progress, 'completeLesson'>
  /** IANA name of the zone in which dates are meant whose author names none. */
  readonly timeZone: string
  readonly now: () => Date
  readonly newId: () => string
}
