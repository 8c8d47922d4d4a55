import type { Kysely } from 'kysely'
import { type Actor, recordAudit } from '#modules/audit/index.ts'
import type { Principal } from '#modules/auth/index.ts'
import {
  type CourseRow,
  insteadOfCourseNotFound,
  type LessonRow,
  lessonNotFound,
  lockCourseFor,
  may,
} from '#modules/courses/index.ts'
import { createGradeItem, removeGradeItem, updateGradeItem } from '#modules/gradebook/index.ts'
import { isForeignKeyViolation } from '#platform/database/constraint.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import type { Database } from '../../../database.ts'
import type { AssignmentsDeps } from '../deps.ts'
import { accessLesson, requireLesson, requireOpen, requireSetUp } from '../gate.ts'
import { assignmentInUse, assignmentNotFound, notAnAssignment } from '../problems.ts'
import type { Lateness } from '../submission/lateness.ts'
import { nameOf } from './grade-item.ts'
import { type AssignmentRow, deleteAssignment, insertAssignment, lockAssignment, updateAssignment } from './queries.ts'
import type { Assignment, AssignmentBody } from './schemas.ts'
import { toAssignment } from './to-assignment.ts'
import { valuesOf } from './values.ts'

export interface VersionedAssignment {
  readonly version: number
  readonly body: Assignment
}

type Tx = Kysely<Database>
type VersionGuard = (version: number) => void

export function createAuthoring(
  { db, now, timeZone }: AssignmentsDeps,
  lateness: Lateness,
  toHtml: (markdown: string) => string,
) {
  /**
   * Sets up the assignment of a lesson, or replaces how it is set up. What was handed in before is judged by the new
   * dates and late policy from then on.
   */
  async function setUpAssignment(
    caller: Principal,
    lessonId: string,
    input: AssignmentBody,
    guard: VersionGuard,
    actor: Actor,
  ): Promise<VersionedAssignment & { readonly isNew: boolean }> {
    const values = valuesOf(input, timeZone)
    const at = now()
    const stamp = { updated_at: at.toISOString() }
    return inTransaction(db, async (tx) => {
      const { lesson, course } = await lockForAuthor(tx, caller, lessonId)
      const before = await lockAssignment(tx, lessonId)
      if (before) guard(before.version)
      const owner = { lesson_id: lessonId, course_id: course.id, created_at: stamp.updated_at }
      const row = before
        ? await updateAssignment(tx, lessonId, { ...values, ...stamp })
        : await insertAssignment(tx, { ...owner, ...values, ...stamp })
      const item = { ...nameOf(lessonId), title: lesson.title, pointsPossible: row.points_possible, at }
      if (before) await updateGradeItem(tx, item)
      else await createGradeItem(tx, { ...item, courseId: course.id })
      if (before) await lateness.settleLateness(tx, { courseId: course.id, userId: null, lessonId }, at)
      const action = before ? 'assignment.changed' : 'assignment.set-up'
      const details = { courseId: course.id, before: before && gradedBy(before), after: gradedBy(row) }
      await recordAudit(tx, actor, { action, subjectType: 'lesson', subjectId: lessonId, details }, at)
      const body = toAssignment(row, lesson, toHtml, { showsSource: true })
      return { version: row.version, body, isNew: before === undefined }
    })
  }

  /** Deletes an assignment for which nobody has handed in. */
  async function removeAssignment(
    caller: Principal,
    lessonId: string,
    guard: VersionGuard,
    actor: Actor,
  ): Promise<void> {
    const at = now()
    await inTransaction(db, async (tx) => {
      const { course } = await lockForAuthor(tx, caller, lessonId)
      const row = await lockAssignment(tx, lessonId)
      if (!row) throw assignmentNotFound({ lessonId })
      guard(row.version)
      try {
        await deleteAssignment(tx, lessonId)
      } catch (error) {
        if (isForeignKeyViolation(error)) throw assignmentInUse(undefined, error)
        throw error
      }
      await removeGradeItem(tx, { ...nameOf(lessonId), at })
      const details = { courseId: course.id, before: gradedBy(row) }
      await recordAudit(
        tx,
        actor,
        { action: 'assignment.deleted', subjectType: 'lesson', subjectId: lessonId, details },
        at,
      )
    })
  }

  /** The assignment, for staff and for students to whom its lesson is open. */
  async function readAssignment(caller: Principal, lessonId: string): Promise<VersionedAssignment> {
    const at = now()
    const { lesson, access } = await accessLesson(db, caller, lessonId, at)
    const isStaff = may(access.standing, 'read-drafts')
    if (!isStaff) await requireOpen(db, access, lesson, at)
    const row = await requireSetUp(db, lessonId)
    return { version: row.version, body: toAssignment(row, lesson, toHtml, { showsSource: isStaff }) }
  }

  return { setUpAssignment, removeAssignment, readAssignment }
}

async function lockForAuthor(
  tx: Tx,
  caller: Principal,
  lessonId: string,
): Promise<{ lesson: LessonRow; course: CourseRow }> {
  const { course_id } = await requireLesson(tx, lessonId)
  const course = await insteadOfCourseNotFound(lockCourseFor(tx, caller, course_id, 'edit'), () =>
    lessonNotFound({ lessonId }),
  )
  // Read after the lock: it may have gone.
  const lesson = await requireLesson(tx, lessonId)
  if (lesson.type !== 'assignment') throw notAnAssignment({ lessonType: lesson.type })
  return { lesson, course }
}

/** What decides grades, for the audit log. */
function gradedBy(row: AssignmentRow) {
  const { points_possible, pass_points, time_zone, opens, due, closes, grace_seconds } = row
  const { late_policy, late_percent_per_day, late_percent_max } = row
  const late = { late_policy, late_percent_per_day, late_percent_max }
  return { points_possible, pass_points, time_zone, opens, due, closes, grace_seconds, ...late }
}
