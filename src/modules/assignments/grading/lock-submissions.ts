import type { Kysely } from 'kysely'
import type { Principal } from '#modules/auth/index.ts'
import { insteadOfCourseNotFound, requireCourseRight, shareCourse } from '#modules/courses/index.ts'
import { lockEnrollmentsOf } from '#modules/enrollments/index.ts'
import type { Database } from '../../../database.ts'
import type { AssignmentRow } from '../assignment/queries.ts'
import { requireSetUp } from '../gate.ts'
import { submissionNotFound } from '../problems.ts'
import { lockSubmission, type SubmissionRow, selectGroupSubmissions, selectSubmission } from '../submission/queries.ts'

type Tx = Kysely<Database>

export interface LockedSubmissions {
  /** The one that the grader has named. */
  readonly row: SubmissionRow
  /** What was handed in with it, for the other members of the group. */
  readonly mates: readonly SubmissionRow[]
  readonly assignment: AssignmentRow
}

/** Locks a submission and those of its group, after their enrollments, for somebody who may grade in the course. */
export async function lockSubmissions(
  tx: Tx,
  caller: Principal,
  submissionId: string,
  { wholeGroup }: { readonly wholeGroup: boolean },
): Promise<LockedSubmissions> {
  const found = await selectSubmission(tx, submissionId)
  if (!found) throw submissionNotFound()
  const { course_id: courseId, lesson_id: lessonId, group_id: groupId } = found
  await insteadOfCourseNotFound(requireCourseRight(tx, caller, courseId, 'grade'), submissionNotFound)
  await shareCourse(tx, courseId)
  const group = wholeGroup && groupId !== null ? await selectGroupSubmissions(tx, lessonId, groupId) : [found]
  await lockEnrollmentsOf(
    tx,
    courseId,
    group.map((one) => one.user_id),
  )
  const rows: SubmissionRow[] = []
  for (const { id } of group) {
    const row = await lockSubmission(tx, id)
    if (row) rows.push(row)
  }
  const row = rows.find((one) => one.id === submissionId)
  if (!row) throw submissionNotFound()
  return { row, mates: rows.filter((one) => one !== row), assignment: await requireSetUp(tx, lessonId) }
}
