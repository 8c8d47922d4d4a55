import type { Kysely } from 'kysely'
import { type Actor, recordAudit } from '#modules/audit/index.ts'
import type { Principal } from '#modules/auth/index.ts'
import { insteadOfCourseNotFound, requireCourseRight, shareCourse } from '#modules/courses/index.ts'
import { lockEnrollment } from '#modules/enrollments/index.ts'
import { handOverFiles } from '#modules/files/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { invalidRequest } from '#platform/http/problems.ts'
import { enqueue } from '#platform/jobs/outbox.ts'
import { counter } from '#platform/metrics/metrics.ts'
import type { Database } from '../../../database.ts'
import type { AssignmentRow } from '../assignment/queries.ts'
import type { AssignmentsDeps } from '../deps.ts'
import { requireAssignment, requireSetUp } from '../gate.ts'
import { submissionsGradedTotal } from '../metrics.ts'
import { gradeReleased, submissionReopened } from '../notices/jobs.ts'
import { alreadyReopened, nothingToRelease, submissionNotFound } from '../problems.ts'
import {
  lockSubmission,
  replaceFeedbackFiles,
  type SubmissionRow,
  selectSubmission,
  updateSubmission,
} from '../submission/queries.ts'
import { toSubmission, type VersionedSubmission } from '../submission/reading.ts'
import { pointsOf } from './points.ts'
import { type Publishing, resultOf } from './publishing.ts'
import { selectDraftIds } from './queries.ts'
import type { GradeBody } from './schemas.ts'

type Tx = Kysely<Database>
type VersionGuard = (version: number) => void

export function createGrading({ db, metrics, now }: AssignmentsDeps, { publishGrade }: Publishing) {
  const count = counter(metrics, submissionsGradedTotal)

  /** Grades the latest version. Once a grade was released, grading again is seen by the student at once. */
  async function gradeSubmission(
    caller: Principal,
    submissionId: string,
    input: GradeBody,
    guard: VersionGuard,
    actor: Actor,
  ): Promise<VersionedSubmission> {
    const at = now()
    const { graded, isPassed } = await inTransaction(db, async (tx) => {
      const { row, assignment } = await lockForGrader(tx, caller, submissionId)
      guard(row.version)
      const { points, marks } = pointsOf(input, assignment)
      await storeFeedbackFiles(tx, caller, row, input.fileIds)
      const stamp = { graded_number: row.latest_number, graded_at: at.toISOString(), graded_by: caller.userId }
      const isFirstRelease = row.released_at === null && (input.release ?? assignment.releases_at_once)
      const changes = {
        ...stamp,
        points,
        rubric_marks: marks && JSON.stringify(marks),
        ...(input.feedback !== undefined && { feedback: input.feedback }),
        is_waiting: false,
        ...(isFirstRelease && { released_at: at.toISOString() }),
      }
      const after = await updateSubmission(tx, submissionId, changes)
      const reason = input.reason?.trim() ?? `Version ${row.latest_number} was graded.`
      if (after.released_at !== null) {
        await publishGrade(tx, assignment, after, { actor, reason, at })
        await enqueue(tx, gradeReleased, { submissionId }, at)
      }
      const details = { courseId: row.course_id, lessonId: row.lesson_id, before: row.points, after: points, reason }
      await audit(tx, actor, 'submission.graded', after, details, at)
      return { graded: await present(tx, submissionId), isPassed: resultOf(assignment, after)?.isPassed ?? false }
    })
    count({ outcome: isPassed ? 'passed' : 'failed' })
    return graded
  }

  /** Shows the grade of one submission to its student. */
  async function releaseGrade(caller: Principal, submissionId: string, actor: Actor): Promise<VersionedSubmission> {
    return inTransaction(db, async (tx) => {
      const { row, assignment } = await lockForGrader(tx, caller, submissionId)
      if (!(await release(tx, assignment, row, actor, now()))) throw nothingToRelease()
      return present(tx, submissionId)
    })
  }

  /** Shows all grades of an assignment that are drafts; each in a transaction of its own. Returns how many. */
  async function releaseAll(caller: Principal, lessonId: string, actor: Actor): Promise<number> {
    const { assignment } = await requireAssignment(db, caller, lessonId, 'grade')
    let released = 0
    for (const id of await selectDraftIds(db, lessonId)) {
      const isReleased = await inTransaction(db, async (tx) => {
        const { row } = await lockForGrader(tx, caller, id)
        return release(tx, assignment, row, actor, now())
      })
      if (isReleased) released++
    }
    return released
  }

  async function release(
    tx: Tx,
    assignment: AssignmentRow,
    row: SubmissionRow,
    actor: Actor,
    at: Date,
  ): Promise<boolean> {
    if (row.points === null || row.released_at !== null) return false
    const after = await updateSubmission(tx, row.id, { released_at: at.toISOString() })
    await publishGrade(tx, assignment, after, { actor, reason: 'The grade was released.', at })
    await enqueue(tx, gradeReleased, { submissionId: row.id }, at)
    await audit(tx, actor, 'submission.released', row, { courseId: row.course_id, lessonId: row.lesson_id }, at)
    return true
  }

  /** Lets the student hand in once more, after the cut-off too; the reason is told to him. */
  async function reopenSubmission(
    caller: Principal,
    submissionId: string,
    reason: string,
    actor: Actor,
  ): Promise<VersionedSubmission> {
    const at = now()
    return inTransaction(db, async (tx) => {
      const { row } = await lockForGrader(tx, caller, submissionId)
      if (row.reopened_at !== null) throw alreadyReopened()
      await updateSubmission(tx, submissionId, { reopened_at: at.toISOString() })
      await enqueue(tx, submissionReopened, { submissionId, reason: reason.trim() }, at)
      const details = { courseId: row.course_id, lessonId: row.lesson_id, reason: reason.trim() }
      await audit(tx, actor, 'submission.reopened', row, details, at)
      return present(tx, submissionId)
    })
  }

  return { gradeSubmission, releaseGrade, releaseAll, reopenSubmission }
}

/** Locks the submission, after its enrollment, for somebody who may grade in its course. */
async function lockForGrader(
  tx: Tx,
  caller: Principal,
  submissionId: string,
): Promise<{ row: SubmissionRow; assignment: AssignmentRow }> {
  const found = await selectSubmission(tx, submissionId)
  if (!found) throw submissionNotFound()
  await insteadOfCourseNotFound(requireCourseRight(tx, caller, found.course_id, 'grade'), submissionNotFound)
  await shareCourse(tx, found.course_id)
  await lockEnrollment(tx, found.enrollment_id)
  const row = await lockSubmission(tx, submissionId)
  if (!row) throw submissionNotFound()
  return { row, assignment: await requireSetUp(tx, row.lesson_id) }
}

async function storeFeedbackFiles(
  tx: Tx,
  caller: Principal,
  row: SubmissionRow,
  fileIds: readonly string[] | undefined,
): Promise<void> {
  if (fileIds === undefined) return
  const refused = await handOverFiles(tx, { userId: caller.userId, courseId: row.course_id, fileIds })
  if (refused.length > 0) {
    const errors = refused.map((id) => ({
      pointer: `/body/fileIds/${fileIds.indexOf(id)}`,
      message: 'is no file that I have uploaded, or belongs to another course',
    }))
    throw invalidRequest({ errors })
  }
  await replaceFeedbackFiles(tx, row.id, fileIds)
}

async function present(tx: Tx, submissionId: string): Promise<VersionedSubmission> {
  const row = await selectSubmission(tx, submissionId)
  if (!row) throw submissionNotFound()
  return toSubmission(tx, row, { isStaff: true })
}

function audit(
  tx: Tx,
  actor: Actor,
  action: 'submission.graded' | 'submission.released' | 'submission.reopened',
  { id }: SubmissionRow,
  details: Record<string, unknown>,
  at: Date,
): Promise<void> {
  return recordAudit(tx, actor, { action, subjectType: 'submission', subjectId: id, details }, at)
}
