import type { Kysely } from 'kysely'
import { system } from '#modules/audit/index.ts'
import {
  type Accommodation,
  createDeadlineCalculator,
  selectAccommodations,
  selectAccommodationsOfItem,
} from '#modules/deadlines/index.ts'
import { lockEnrollment } from '#modules/enrollments/index.ts'
import type { Database } from '../../../database.ts'
import { type AssignmentRow, selectAssignment } from '../assignment/queries.ts'
import { lateDaysOf, ruleOf } from '../assignment/rule.ts'
import type { Publishing } from '../grading/publishing.ts'
import { lockSubmission, type SignedSubmission, signedSubmissions, updateSubmission } from './queries.ts'

type Tx = Kysely<Database>

/** Whose submissions: of one student or of all, for one assignment or for all of the course. */
export interface LatenessScope {
  readonly courseId: string
  readonly userId: string | null
  readonly lessonId: string | null
}

export type Lateness = ReturnType<typeof createLateness>

export function createLateness({ publishGrade }: Publishing) {
  /**
   * Judges anew how late submissions are, after a due date, a late policy or an accommodation has changed, and puts
   * right what that does to grades that were released.
   */
  async function settleLateness(tx: Tx, { courseId, userId, lessonId }: LatenessScope, at: Date): Promise<void> {
    let query = signedSubmissions(tx).where('submission.course_id', '=', courseId)
    if (userId !== null) query = query.where('enrollment.user_id', '=', userId)
    if (lessonId !== null) query = query.where('submission.lesson_id', '=', lessonId)
    // In the order in which everybody locks enrollments of one course.
    const submissions = await query.orderBy('enrollment.user_id').orderBy('submission.id').execute()
    const judges = new Map<string, Judge | undefined>()
    for (const { lesson_id: itemId } of submissions) {
      if (!judges.has(itemId)) judges.set(itemId, await createJudge(tx, { courseId, userId, itemId }))
    }
    for (const submission of submissions) {
      const judge = judges.get(submission.lesson_id)
      if (judge) await settleOne(tx, judge, submission, at)
    }
  }

  async function settleOne(
    tx: Tx,
    { assignment, dueAtOf }: Judge,
    { id, user_id, enrollment_id, ...seen }: SignedSubmission,
    at: Date,
  ): Promise<void> {
    const dueAt = dueAtOf(user_id)
    const isLateAsBefore = lateDaysOf(dueAt, seen.late_from_at) === seen.late_days
    if (isLateAsBefore && (seen.released_at === null || seen.late_days === 0)) return
    await lockEnrollment(tx, enrollment_id)
    const present = await lockSubmission(tx, id)
    if (!present) return
    const lateDays = lateDaysOf(dueAt, present.late_from_at)
    const isChanged = lateDays !== present.late_days
    const settled = isChanged ? await updateSubmission(tx, id, { late_days: lateDays }) : present
    if (settled.released_at === null) return
    await publishGrade(tx, assignment, settled, { actor: system, reason: 'Lateness was calculated again.', at })
  }

  return { settleLateness }
}

interface Judge {
  readonly assignment: AssignmentRow
  dueAtOf(userId: string): string | null
}

async function createJudge(
  tx: Tx,
  { courseId, userId, itemId }: { courseId: string; userId: string | null; itemId: string },
): Promise<Judge | undefined> {
  const assignment = await selectAssignment(tx, itemId)
  if (!assignment) return undefined
  const granted: ReadonlyMap<string, readonly Accommodation[]> =
    userId === null
      ? await selectAccommodationsOfItem(tx, { courseId, itemId })
      : new Map([[userId, await selectAccommodations(tx, { courseId, userId, itemId })]])
  const calculate = createDeadlineCalculator(ruleOf(assignment))
  return { assignment, dueAtOf: (id) => calculate(granted.get(id) ?? [], { startedAt: null }).dueAt }
}
