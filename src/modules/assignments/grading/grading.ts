import type { Kysely } from 'kysely'
import { type Actor, recordAudit } from '#modules/audit/index.ts'
import type { Principal } from '#modules/auth/index.ts'
import { handOverFiles } from '#modules/files/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import type { Decimal } from '#platform/decimal/decimal.ts'
import { invalidRequest } from '#platform/http/problems.ts'
import { enqueue } from '#platform/jobs/outbox.ts'
import { counter } from '#platform/metrics/metrics.ts'
import type { Database } from '../../../database.ts'
import type { AssignmentRow } from '../assignment/queries.ts'
import type { AssignmentsDeps } from '../deps.ts'
import { requireAssignment } from '../gate.ts'
import { submissionsGradedTotal } from '../metrics.ts'
import { gradeReleased, submissionReopened } from '../notices/jobs.ts'
import { alreadyReopened, nothingToRelease, submissionNotFound } from '../problems.ts'
import {
  replaceFeedbackFiles,
  type SubmissionRow,
  selectFeedbackFileIds,
  selectSubmission,
  updateSubmission,
} from '../submission/queries.ts'
import { toSubmission, type VersionedSubmission } from '../submission/reading.ts'
import type { RubricMark } from '../tables.ts'
import { lockSubmissions } from './lock-submissions.ts'
import { pointsOf } from './points.ts'
import { type Publishing, resultOf } from './publishing.ts'
import { selectDraftIds } from './queries.ts'
import type { GradeBody } from './schemas.ts'

type Tx = Kysely<Database>
type VersionGuard = (version: number) => void

export function createGrading({ db, metrics, now }: AssignmentsDeps, { publishGrade }: Publishing) {
  const count = counter(metrics, submissionsGradedTotal)

  /**
   * Grades the latest version, for all for whom it was handed in. Once a grade was released, grading again is seen at
   * once. `guard` sees the version of the submission that the grader has named.
   */
  async function gradeSubmission(
    caller: Principal,
    submissionId: string,
    input: GradeBody,
    guard: VersionGuard,
    actor: Actor,
  ): Promise<VersionedSubmission> {
    const at = now()
    const { wholeGroup = true } = input
    const { graded, outcomes } = await inTransaction(db, async (tx) => {
      const { row, mates, assignment } = await lockSubmissions(tx, caller, submissionId, { wholeGroup })
      guard(row.version)
      const given = { input, assignment, ...pointsOf(input, assignment), by: caller.userId, actor, at }
      await handOverFeedback(tx, caller, row, input.fileIds)
      const outcomes: boolean[] = []
      for (const one of [row, ...mates]) outcomes.push(await gradeOne(tx, one, given))
      return { graded: await present(tx, submissionId), outcomes }
    })
    for (const isPassed of outcomes) count({ outcome: isPassed ? 'passed' : 'failed' })
    return graded
  }

  /** Returns whether the grade passes. */
  async function gradeOne(tx: Tx, row: SubmissionRow, given: GivenGrade): Promise<boolean> {
    const { input, assignment, points, marks, by, actor, at } = given
    if (input.fileIds !== undefined) await replaceFeedbackFiles(tx, row.id, input.fileIds)
    const isFirstRelease = row.released_at === null && (input.release ?? assignment.releases_at_once)
    const after = await updateSubmission(tx, row.id, {
      graded_number: row.latest_number,
      graded_at: at.toISOString(),
      graded_by: by,
      points,
      rubric_marks: marks && JSON.stringify(marks),
      ...(input.feedback !== undefined && { feedback: input.feedback }),
      is_waiting: false,
      ...(isFirstRelease && { released_at: at.toISOString() }),
    })
    const reason = input.reason?.trim() ?? `Version ${row.latest_number} was graded.`
    if (after.released_at !== null) {
      await publishGrade(tx, assignment, after, { actor, reason, at })
      await enqueue(tx, gradeReleased, { submissionId: row.id }, at)
    }
    await audit(tx, actor, 'submission.graded', row, { before: row.points, after: points, reason }, at)
    return resultOf(assignment, after)?.isPassed ?? false
  }

  /** Shows the grade of one submission to all for whom it was handed in. */
  async function releaseGrade(caller: Principal, submissionId: string, actor: Actor): Promise<VersionedSubmission> {
    return inTransaction(db, async (tx) => {
      const { row, mates, assignment } = await lockSubmissions(tx, caller, submissionId, { wholeGroup: true })
      if (!(await release(tx, assignment, row, actor, now()))) throw nothingToRelease()
      for (const mate of mates) await release(tx, assignment, mate, actor, now())
      return present(tx, submissionId)
    })
  }

  /** Shows all grades of an assignment that are drafts; each in a transaction of its own. Returns how many. */
  async function releaseAll(caller: Principal, lessonId: string, actor: Actor): Promise<number> {
    await requireAssignment(db, caller, lessonId, 'grade')
    let released = 0
    for (const id of await selectDraftIds(db, lessonId)) {
      const isReleased = await inTransaction(db, async (tx) => {
        const { row, assignment } = await lockSubmissions(tx, caller, id, { wholeGroup: false })
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
    await audit(tx, actor, 'submission.released', row, {}, at)
    return true
  }

  /** Lets the student, and his group, hand in once more, after the cut-off too; the reason is told to them. */
  async function reopenSubmission(
    caller: Principal,
    submissionId: string,
    reason: string,
    actor: Actor,
  ): Promise<VersionedSubmission> {
    const at = now()
    return inTransaction(db, async (tx) => {
      const { row, mates } = await lockSubmissions(tx, caller, submissionId, { wholeGroup: true })
      if (row.reopened_at !== null) throw alreadyReopened()
      for (const one of [row, ...mates]) {
        await updateSubmission(tx, one.id, { reopened_at: at.toISOString() })
        await enqueue(tx, submissionReopened, { submissionId: one.id, reason: reason.trim() }, at)
        await audit(tx, actor, 'submission.reopened', one, { reason: reason.trim() }, at)
      }
      return present(tx, submissionId)
    })
  }

  return { gradeSubmission, releaseGrade, releaseAll, reopenSubmission }
}

interface GivenGrade {
  readonly input: GradeBody
  readonly assignment: AssignmentRow
  readonly points: Decimal
  readonly marks: readonly RubricMark[] | null
  readonly by: string
  readonly actor: Actor
  readonly at: Date
}

async function handOverFeedback(
  tx: Tx,
  caller: Principal,
  row: SubmissionRow,
  fileIds: readonly string[] = [],
): Promise<void> {
  const known = new Set(await selectFeedbackFileIds(tx, row.id))
  const added = fileIds.filter((id) => !known.has(id))
  const refused = await handOverFiles(tx, { userId: caller.userId, courseId: row.course_id, fileIds: added })
  if (refused.length === 0) return
  const errors = refused.map((id) => ({
    pointer: `/body/fileIds/${fileIds.indexOf(id)}`,
    message: 'is no file that I have uploaded, or belongs to another course',
  }))
  throw invalidRequest({ errors })
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
  { id, course_id: courseId, lesson_id: lessonId }: SubmissionRow,
  what: Record<string, unknown>,
  at: Date,
): Promise<void> {
  const details = { courseId, lessonId, ...what }
  return recordAudit(tx, actor, { action, subjectType: 'submission', subjectId: id, details }, at)
}
