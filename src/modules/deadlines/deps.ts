import type { Kysely } from 'kysely'
import type { Database } from '../../database.ts'
import type { ItemSource } from './item-source.ts'

export interface DeadlinesDeps {
  readonly db: Kysely<Database>
  readonly now: () => Date
  readonly newId: () => string
  readonly items: readonly ItemSource[]
}
