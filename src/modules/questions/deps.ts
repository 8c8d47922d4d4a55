import type { Kysely } from 'kysely'
import type { Database } from '../../database.ts'

/** What every part of this module works with. */
export interface QuestionsDeps {
  readonly db: Kysely<Database>
  readonly now: () => Date
  readonly newId: () => string
}

/** Called with the present version under the lock; throws when the client meant another one. */
export type VersionGuard = (version: number) => void
