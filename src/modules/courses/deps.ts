import type { Kysely } from 'kysely'
import type { Database } from '../../database.ts'

/** What every part of this module works with. */
export interface CourseDeps {
  readonly db: Kysely<Database>
  readonly now: () => Date
  readonly newId: () => string
}
