import type { Kysely } from 'kysely'
import type { Principal } from '#modules/auth/index.ts'
import { may, selectStaffRole, standingOf } from '#modules/courses/index.ts'
import { type File, selectFiles, toFile } from '#modules/files/index.ts'
import { formatDecimal } from '#platform/decimal/decimal.ts'
import type { Database } from '../../../database.ts'
import type { AssignmentRow } from '../assignment/queries.ts'
import type { AssignmentsDeps } from '../deps.ts'
import { requireSetUp } from '../gate.ts'
import { resultOf } from '../grading/publishing.ts'
import { submissionNotFound } from '../problems.ts'
import {
  type SignedSubmission,
  type SubmissionRow,
  selectFeedbackFileIds,
  selectSubmission,
  selectSubmissionOf,
  selectVersions,
} from './queries.ts'
import type { Submission, SubmissionGrade, submissionStates } from './schemas.ts'

type Executor = Kysely<Database>

export interface VersionedSubmission {
  readonly version: number
  readonly body: Submission
}

export function createSubmissionReading({ db }: Pick<AssignmentsDeps, 'db'>) {
  /** A submission, for its student and for the staff of its course. */
  async function readSubmission(caller: Principal, submissionId: string): Promise<VersionedSubmission> {
    const row = await selectSubmission(db, submissionId)
    if (!row) throw submissionNotFound()
    const standing = standingOf(caller, await selectStaffRole(db, row.course_id, caller.userId))
    const isStaff = may(standing, 'see-roster')
    if (!isStaff && row.user_id !== caller.userId) throw submissionNotFound()
    return toSubmission(db, row, { isStaff })
  }

  /** What the caller himself has handed in for an assignment. */
  async function readOwnSubmission(caller: Principal, lessonId: string): Promise<VersionedSubmission> {
    const row = await selectSubmissionOf(db, lessonId, caller.userId)
    if (!row) throw submissionNotFound()
    return toSubmission(db, row, { isStaff: false })
  }

  return { readSubmission, readOwnSubmission }
}

/** `isStaff`: also a grade that is not released, and who gave it. */
export async function toSubmission(
  db: Executor,
  row: SignedSubmission,
  { isStaff }: { isStaff: boolean },
): Promise<VersionedSubmission> {
  const assignment = await requireSetUp(db, row.lesson_id)
  const versions = await selectVersions(db, row.id)
  const feedback = await selectFeedbackFileIds(db, row.id)
  const rows = await selectFiles(db, [...new Set([...feedback, ...versions.flatMap(({ fileIds }) => fileIds)])])
  const files = new Map(rows.map((file) => [file.id, toFile(file)]))
  const filesOf = (ids: readonly string[]) => ids.flatMap((id) => files.get(id) ?? [])
  const body = {
    ...toSummary(row, { isStaff }),
    versions: versions.map(({ number, body, submitted_at, fileIds }) => ({
      number,
      text: body,
      files: filesOf(fileIds),
      submittedAt: submitted_at,
    })),
    grade: toGrade(assignment, row, filesOf(feedback), { isStaff }),
  }
  return { version: row.version, body }
}

export function toSummary(row: SignedSubmission, { isStaff }: { isStaff: boolean }) {
  return {
    id: row.id,
    lessonId: row.lesson_id,
    courseId: row.course_id,
    enrollmentId: row.enrollment_id,
    student: { id: row.user_id, fullName: row.full_name },
    groupId: row.group_id,
    state: stateOf(row, isStaff),
    number: row.latest_number,
    submittedAt: row.submitted_at,
    lateDays: row.late_days,
    reopenedAt: row.reopened_at,
  }
}

function stateOf(row: SubmissionRow, isStaff: boolean): (typeof submissionStates)[number] {
  if (row.is_waiting) return 'waiting'
  if (row.released_at !== null) return 'released'
  return isStaff ? 'graded' : 'waiting'
}

function toGrade(
  assignment: AssignmentRow,
  row: SubmissionRow,
  files: File[],
  { isStaff }: { isStaff: boolean },
): SubmissionGrade | null {
  const result = resultOf(assignment, row)
  if (!result || row.graded_at === null || row.graded_by === null || row.graded_number === null) return null
  if (!isStaff && row.released_at === null) return null
  return {
    number: row.graded_number,
    points: formatDecimal(result.points),
    latePenalty: formatDecimal(result.latePenalty),
    finalPoints: formatDecimal(result.finalPoints),
    pointsPossible: formatDecimal(assignment.points_possible),
    isPassed: result.isPassed,
    rubricMarks: row.rubric_marks && [...row.rubric_marks],
    feedback: row.feedback,
    files,
    gradedAt: row.graded_at,
    ...(isStaff && { gradedBy: row.graded_by }),
    releasedAt: row.released_at,
  }
}
