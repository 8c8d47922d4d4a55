import type { Kysely } from 'kysely'
import type { Database } from '../../../database.ts'
import type { LessonRow } from './queries.ts'

/** Told of what happens to lessons, in its transaction: for those who keep something about a lesson outside of it. */
export interface LessonFollower {
  renamed(tx: Kysely<Database>, lesson: LessonRow, at: Date): Promise<void>
  /** Before it is deleted. */
  deleted(tx: Kysely<Database>, lesson: LessonRow, at: Date): Promise<void>
}
