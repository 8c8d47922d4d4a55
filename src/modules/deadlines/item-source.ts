import type { Kysely } from 'kysely'
import type { Database } from '../../database.ts'
import type { DeadlineRule } from './rule.ts'

/** What this module asks those who own quizzes and assignments; the composition root brings them together. */
export interface ItemSource {
  /** The type of the lessons whose items these are. */
  readonly lessonType: 'quiz' | 'assignment'
  /** The rule of the item of a lesson, and when the student's running attempt began. Undefined: nothing is set up yet. */
  selectItem(
    db: Kysely<Database>,
    of: { readonly lessonId: string; readonly userId: string | null },
  ): Promise<{ readonly rule: DeadlineRule; readonly startedAt: string | null } | undefined>
  /**
   * Called in the transaction that has changed what a student is granted, for whoever stores a deadline. The student's
   * enrollment is locked. `lessonId` null: any item of the course may be concerned.
   */
  accommodationsChanged?(
    tx: Kysely<Database>,
    of: { readonly courseId: string; readonly userId: string; readonly lessonId: string | null },
    at: Date,
  ): Promise<void>
}
