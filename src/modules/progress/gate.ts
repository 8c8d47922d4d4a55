import type { Kysely } from 'kysely'
import type { Principal } from '#modules/auth/index.ts'
import {
  availabilityOf,
  lessonLocked,
  lessonNotReleased,
  selectMissingPrerequisiteIds,
} from '#modules/courses/index.ts'
import {
  asOf,
  type EnrollmentRow,
  enrollmentNotActive,
  lockEnrollment,
  requireEnrollment,
} from '#modules/enrollments/index.ts'
import type { Database } from '../../database.ts'
import type { LessonState } from './queries.ts'

type Tx = Kysely<Database>

/** Locks the caller's own enrollment and refuses one that is over: nothing is added to it. */
export async function lockActiveEnrollment(
  tx: Tx,
  caller: Principal,
  enrollmentId: string,
  at: Date,
): Promise<EnrollmentRow> {
  const locked = await lockEnrollment(tx, enrollmentId)
  const row = asOf(await requireEnrollment(tx, caller, enrollmentId, locked, { owner: true, staff: null }), at)
  if (row.status !== 'active') throw enrollmentNotActive({ status: row.status })
  return row
}

/** Refuses a lesson that is not open to the student yet, and says what it waits for. */
export async function requireOpenLesson(
  tx: Tx,
  enrollment: EnrollmentRow,
  lesson: LessonState,
  at: Date,
): Promise<void> {
  const missing = lesson.has_prerequisites ? await selectMissingPrerequisiteIds(tx, lesson.id, enrollment.id) : []
  const availability = availabilityOf(lesson, enrollment.enrolled_at, missing, at)
  if (availability.state === 'not-released') throw lessonNotReleased(availability)
  if (availability.state === 'locked') throw lessonLocked(availability)
}
