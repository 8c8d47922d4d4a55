import type { Kysely } from 'kysely'
import type { Principal } from '#modules/auth/index.ts'
import { enrollmentNeeded, shareCourse } from '#modules/courses/index.ts'
import { computeDeadline, type Deadline, selectAccommodations } from '#modules/deadlines/index.ts'
import { asOf, type EnrollmentRow, enrollmentNotActive, lockEnrollmentsOf } from '#modules/enrollments/index.ts'
import { handOverFiles } from '#modules/files/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { type FieldError, invalidRequest } from '#platform/http/problems.ts'
import { counter } from '#platform/metrics/metrics.ts'
import type { Database } from '../../../database.ts'
import type { AssignmentRow } from '../assignment/queries.ts'
import { lateDaysOf, ruleOf } from '../assignment/rule.ts'
import type { AssignmentsDeps } from '../deps.ts'
import { accessLesson, requireOpen, requireSetUp } from '../gate.ts'
import { selectGroupMembers, selectGroupOf } from '../group/queries.ts'
import { submissionsTotal } from '../metrics.ts'
import { notOpenYet, submissionsClosed, tooManyVersions } from '../problems.ts'
import {
  insertSubmission,
  insertVersion,
  lockSubmissionOfEnrollment,
  type SubmissionRow,
  selectVersions,
  updateSubmission,
} from './queries.ts'
import type { HandInBody, SubmissionReceipt } from './schemas.ts'

type Tx = Kysely<Database>

const VERSIONS_MAX = 100

interface Content {
  readonly text: string
  readonly fileIds: readonly string[]
}

export function createHandingIn({ db, metrics, now, newId }: AssignmentsDeps) {
  const count = counter(metrics, submissionsTotal)

  /**
   * A student hands in, for the first time or again. The time is the server's when the request came, before it waited
   * for anybody. The same content again is no new version: the earlier one, with its time, counts.
   */
  async function handIn(
    caller: Principal,
    lessonId: string,
    input: HandInBody,
  ): Promise<{ receipt: SubmissionReceipt; isNew: boolean }> {
    const at = now()
    const result = await inTransaction(db, async (tx) => {
      const { lesson, access } = await accessLesson(tx, caller, lessonId, at)
      await requireOpen(tx, access, lesson, at)
      await shareCourse(tx, lesson.course_id)
      const assignment = await requireSetUp(tx, lessonId)
      const content = contentOf(input, assignment)
      const groupId = await selectGroupOf(tx, lessonId, caller.userId)
      const { enrollment, mates } = await lockEnrollments(tx, caller, assignment, groupId, at)
      const present = await lockSubmissionOfEnrollment(tx, lessonId, enrollment.id)
      if (present) {
        const same = await receiptOfSame(tx, present, content)
        if (same) return { receipt: same, isNew: false }
        if (present.latest_number >= VERSIONS_MAX) throw tooManyVersions({ limit: VERSIONS_MAX })
      }
      const deadline = await deadlineOf(tx, assignment, caller.userId)
      if (!present?.reopened_at) requireInTime(assignment, deadline, at)
      await handOver(tx, caller, assignment, content, present)
      const given = { assignment, groupId, content, by: caller.userId, at }
      const receipt = await store(tx, { ...given, enrollment, present, deadline })
      for (const mate of mates) {
        const mates = await lockSubmissionOfEnrollment(tx, lessonId, mate.id)
        const own = await deadlineOf(tx, assignment, mate.user_id)
        await store(tx, { ...given, enrollment: mate, present: mates, deadline: own })
      }
      return { receipt, isNew: true }
    })
    if (result.isNew) count({ timing: result.receipt.lateDays > 0 ? 'late' : 'on-time' })
    return result
  }

  async function store(tx: Tx, given: Given): Promise<SubmissionReceipt> {
    const { assignment, groupId, enrollment, present, deadline, content, by, at } = given
    const submittedAt = at.toISOString()
    // Whom staff have asked to hand in again is not later for it than he was before.
    const lateFrom = present?.reopened_at ? present.late_from_at : submittedAt
    const lateDays = lateDaysOf(deadline.dueAt, lateFrom)
    const number = (present?.latest_number ?? 0) + 1
    const values = {
      group_id: groupId ?? null,
      latest_number: number,
      submitted_at: submittedAt,
      late_from_at: lateFrom,
      late_days: lateDays,
      is_waiting: true,
      reopened_at: null,
    }
    const id = present?.id ?? newId()
    if (present) await updateSubmission(tx, id, values)
    else {
      const { lesson_id, course_id } = assignment
      await insertSubmission(tx, { id, lesson_id, course_id, enrollment_id: enrollment.id, ...values })
    }
    const version = { submission_id: id, number, body: content.text, submitted_at: submittedAt }
    await insertVersion(tx, { ...version, submitted_by: by }, content.fileIds)
    return { submissionId: id, number, submittedAt, lateDays, fileIds: [...content.fileIds] }
  }

  return { handIn }
}

interface Given {
  readonly assignment: AssignmentRow
  /** The group it is handed in for. */
  readonly groupId: string | undefined
  readonly by: string
  /** Of the caller, or of a member of his group. */
  readonly enrollment: EnrollmentRow
  readonly present: SubmissionRow | undefined
  readonly deadline: Deadline
  readonly content: Content
  readonly at: Date
}

function contentOf({ text = '', fileIds = [] }: HandInBody, assignment: AssignmentRow): Content {
  const errors: FieldError[] = []
  const refuse = (field: string, message: string) => void errors.push({ pointer: `/body/${field}`, message })
  if (text.trim() === '' && fileIds.length === 0) refuse('text', 'or fileIds must hold something')
  if (text.trim() !== '' && !assignment.accepts_text) refuse('text', 'is not accepted by this assignment')
  if (fileIds.length > assignment.files_max) {
    refuse('fileIds', `must not name more than ${assignment.files_max} files in this assignment`)
  }
  if (errors.length > 0) throw invalidRequest({ errors })
  return { text, fileIds }
}

/** Locks the caller's enrollment and those of his group, in the order that is the same for everybody. */
async function lockEnrollments(
  tx: Tx,
  caller: Principal,
  { lesson_id, course_id: courseId }: AssignmentRow,
  groupId: string | undefined,
  at: Date,
): Promise<{ enrollment: EnrollmentRow; mates: EnrollmentRow[] }> {
  const members = groupId === undefined ? [] : await selectGroupMembers(tx, lesson_id, groupId)
  const userIds = [caller.userId, ...members.map((member) => member.user_id)]
  const locked = (await lockEnrollmentsOf(tx, courseId, [...new Set(userIds)])).map((row) => asOf(row, at))
  const enrollment = locked.find((row) => row.user_id === caller.userId)
  if (!enrollment) throw enrollmentNeeded({ courseId })
  if (enrollment.status !== 'active') throw enrollmentNotActive({ status: enrollment.status })
  return { enrollment, mates: locked.filter((row) => row !== enrollment && row.status === 'active') }
}

async function deadlineOf(tx: Tx, assignment: AssignmentRow, userId: string): Promise<Deadline> {
  const of = { courseId: assignment.course_id, userId, itemId: assignment.lesson_id }
  return computeDeadline(ruleOf(assignment), await selectAccommodations(tx, of), { startedAt: null })
}

function requireInTime(assignment: AssignmentRow, { opensAt, dueAt, acceptedUntil }: Deadline, at: Date): void {
  if (opensAt !== null && at < new Date(opensAt)) throw notOpenYet({ opensAt })
  const graceMs = assignment.grace_seconds * 1000
  const refusesFrom = assignment.late_policy === 'refuse' && dueAt !== null ? Date.parse(dueAt) + graceMs : Infinity
  const end = Math.min(refusesFrom, acceptedUntil === null ? Infinity : Date.parse(acceptedUntil))
  if (at.getTime() > end) throw submissionsClosed({ closedAt: new Date(end - graceMs).toISOString() })
}

async function receiptOfSame(
  tx: Tx,
  present: SubmissionRow,
  { text, fileIds }: Content,
): Promise<SubmissionReceipt | undefined> {
  const [latest] = await selectVersions(tx, present.id)
  if (latest?.body !== text || latest.fileIds.join() !== fileIds.join()) return undefined
  const { id: submissionId, submitted_at: submittedAt, late_days: lateDays } = present
  return { submissionId, number: latest.number, submittedAt, lateDays, fileIds: [...fileIds] }
}

/** Files of earlier versions are handed over already, whoever of the group has uploaded them. */
async function handOver(
  tx: Tx,
  caller: Principal,
  assignment: AssignmentRow,
  { fileIds }: Content,
  present: SubmissionRow | undefined,
): Promise<void> {
  const known = new Set(present && (await selectVersions(tx, present.id)).flatMap((version) => version.fileIds))
  const added = fileIds.filter((id) => !known.has(id))
  const courseId = assignment.course_id
  const refused = await handOverFiles(tx, { userId: caller.userId, courseId, fileIds: added })
  if (refused.length === 0) return
  throw invalidRequest({
    errors: refused.map((id) => ({
      pointer: `/body/fileIds/${fileIds.indexOf(id)}`,
      message: 'is no file that I have uploaded, or belongs to another course',
    })),
  })
}
