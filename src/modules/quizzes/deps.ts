import type { Kysely } from 'kysely'
import type { Progress } from '#modules/progress/index.ts'
import type { Metrics } from '#platform/metrics/metrics.ts'
import type { Database } from '../../database.ts'

/** What every part of this module works with. */
export interface QuizzesDeps {
  readonly db: Kysely<Database>
  readonly metrics: Metrics
  readonly now: () => Date
  readonly newId: () => string
  /** Of quizzes that name none: an IANA name. */
  readonly timeZone: string
  /** A quiz that is passed completes its lesson. */
  readonly progress: Pick<Progress, 'completeLesson'>
}
