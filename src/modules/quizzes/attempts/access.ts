import type { Kysely } from 'kysely'
import { notAllowed, type Principal } from '#modules/auth/index.ts'
import { type CourseRight, may, selectStaffRole, standingOf, whoMay } from '#modules/courses/index.ts'
import type { Database } from '../../../database.ts'
import { attemptNotFound } from '../problems.ts'
import { type QuizRow, selectQuiz } from '../quiz/queries.ts'
import type { AttemptRow } from './queries.ts'

type Executor = Kysely<Database>

export interface AttemptAccess {
  readonly attempt: AttemptRow
  readonly quiz: QuizRow
  /** Of the staff; its own student otherwise. */
  readonly isStaff: boolean
}

/** The attempt with its quiz, for its student and for staff who see the roster; 404 for everybody else. */
export async function accessAttempt(
  db: Executor,
  caller: Principal,
  attemptId: string,
  attempt: AttemptRow | undefined,
): Promise<AttemptAccess> {
  const quiz = attempt && (await selectQuiz(db, attempt.quiz_id))
  if (!attempt || !quiz) throw attemptNotFound({ attemptId })
  if (attempt.student_id === caller.userId) return { attempt, quiz, isStaff: false }
  const standing = standingOf(caller, await selectStaffRole(db, quiz.course_id, caller.userId))
  if (!may(standing, 'see-roster')) throw attemptNotFound({ attemptId })
  return { attempt, quiz, isStaff: true }
}

/** The same for staff with `right`; 403 for those who may see the attempt and do no more with it. */
export async function requireAttemptRight(
  db: Executor,
  caller: Principal,
  attemptId: string,
  attempt: AttemptRow | undefined,
  right: CourseRight,
): Promise<AttemptAccess> {
  const access = await accessAttempt(db, caller, attemptId, attempt)
  const standing = standingOf(caller, await selectStaffRole(db, access.quiz.course_id, caller.userId))
  if (!may(standing, right)) throw notAllowed({ needs: whoMay(right) })
  return access
}
