import type { Kysely } from 'kysely'
import { type Actor, recordAudit } from '#modules/audit/index.ts'
import { notAllowed, type Principal } from '#modules/auth/index.ts'
import { type CourseRow, courseNotFound, lockCourse, lockCourseFor } from '#modules/courses/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { counter } from '#platform/metrics/metrics.ts'
import { Problem } from '#platform/problem/problem.ts'
import type { Database } from '../../database.ts'
import { type Admission, type AdmissionRequest, admit } from './admission.ts'
import { asOf, toEnrollment } from './as-of.ts'
import type { EnrollmentsDeps } from './deps.ts'
import { enrollmentRefusalsTotal, enrollmentsTotal } from './metrics.ts'
import { findPeople } from './people.ts'
import {
  alreadyEnrolled,
  courseFull,
  courseNotOpen,
  notAStudent,
  personNotFound,
  prerequisitesMissing,
  selfEnrollmentOff,
  staffOnlyReturn,
} from './problems.ts'
import { selectEnrollmentOf, selectLastWithdrawer, selectMissingPrerequisites } from './queries.ts'
import type { BulkResult, Enrollment, Person } from './schemas.ts'

/** An enrollment, and whether it is a new one or an old one that is active again. */
export interface Enrolled {
  readonly enrollment: Enrollment
  readonly outcome: 'enrolled' | 'returned'
}

const refusalReasons = {
  [courseFull.code]: 'full',
  [prerequisitesMissing.code]: 'prerequisites',
  [courseNotOpen.code]: 'not-open',
  [selfEnrollmentOff.code]: 'self-enrollment-off',
  [staffOnlyReturn.code]: 'staff-only-return',
} as const

export function createEnrolling(deps: EnrollmentsDeps) {
  const { db, metrics, now } = deps
  const countEnrolled = counter(metrics, enrollmentsTotal)
  const countRefusal = counter(metrics, enrollmentRefusalsTotal)

  /** A student takes a seat, or comes back to it with all progress kept and the end of the enrollment unchanged. */
  async function enrollMyself(caller: Principal, courseId: string): Promise<Enrolled> {
    if (caller.role !== 'student') throw notAllowed({ needs: 'the role student: staff see a course without enrolling' })
    const at = now()
    try {
      const enrolled = await inTransaction(db, async (tx) => {
        const course = await requireOpenToStudent(tx, caller.userId, courseId, at)
        return admitOne(tx, {
          course,
          userIds: [caller.userId],
          source: 'self',
          actorId: caller.userId,
          renews: false,
          at,
        })
      })
      countEnrolled({ source: 'self' })
      return enrolled
    } catch (error) {
      const reason = error instanceof Problem ? refusalReasons[error.code] : undefined
      if (reason) countRefusal({ reason })
      throw error
    }
  }

  /** Staff of the course enroll one person: prerequisites and self-enrollment do not bind them, the capacity does. */
  async function enrollPerson(caller: Principal, courseId: string, person: Person, actor: Actor): Promise<Enrolled> {
    const at = now()
    const enrolled = await inTransaction(db, async (tx) => {
      const course = await lockCourseFor(tx, caller, courseId, 'manage-roster')
      if (course.status !== 'published') throw courseNotOpen({ status: course.status })
      const [found] = await findPeople(tx, [person])
      if (found === 'unknown' || found === undefined) throw personNotFound()
      if (typeof found === 'string') throw notAStudent()
      const one = await admitOne(tx, {
        course,
        userIds: [found.userId],
        source: 'staff',
        actorId: caller.userId,
        renews: true,
        at,
      })
      await recordAudit(
        tx,
        actor,
        {
          action: 'enrollment.made-by-staff',
          subjectType: 'enrollment',
          subjectId: one.enrollment.id,
          details: { courseId, userId: found.userId, outcome: one.outcome },
        },
        at,
      )
      return one
    })
    countEnrolled({ source: 'staff' })
    return enrolled
  }

  /**
   * Staff enroll up to 500 people. Each row has an outcome of its own, and a row that cannot be done leaves the others
   * alone; a failure of the whole request leaves nothing done.
   */
  async function enrollMany(
    caller: Principal,
    courseId: string,
    rows: readonly Person[],
    actor: Actor,
  ): Promise<BulkResult> {
    const at = now()
    const result = await inTransaction(db, async (tx) => {
      const course = await lockCourseFor(tx, caller, courseId, 'manage-roster')
      if (course.status !== 'published') throw courseNotOpen({ status: course.status })
      const found = await findPeople(tx, rows)
      const userIds = [...new Set(found.flatMap((one) => (typeof one === 'string' ? [] : [one.userId])))]
      const admissions = await admit(tx, deps, {
        course,
        userIds,
        source: 'staff',
        actorId: caller.userId,
        renews: true,
        at,
      })
      const bulk = toBulkResult(found, admissions)
      await recordAudit(
        tx,
        actor,
        {
          action: 'enrollment.many-made-by-staff',
          subjectType: 'course',
          subjectId: courseId,
          details: { rows: rows.length, enrolled: bulk.enrolled },
        },
        at,
      )
      return bulk
    })
    countEnrolled({ source: 'staff' }, result.enrolled)
    return result
  }

  async function admitOne(tx: Kysely<Database>, request: AdmissionRequest): Promise<Enrolled> {
    const admission = (await admit(tx, deps, request)).values().next().value
    if (!admission || admission.outcome === 'full') throw courseFull({ capacity: request.course.capacity ?? 0 })
    if (admission.outcome === 'already') throw alreadyEnrolled({ enrollmentId: admission.row.id })
    return { enrollment: toEnrollment(admission.row), outcome: admission.outcome }
  }

  return { enrollMyself, enrollPerson, enrollMany }
}

/** Locks the course, and refuses a student whom it does not let in; the capacity comes later. */
async function requireOpenToStudent(
  tx: Kysely<Database>,
  userId: string,
  courseId: string,
  at: Date,
): Promise<CourseRow> {
  const course = await lockCourse(tx, courseId)
  const row = course && (await selectEnrollmentOf(tx, courseId, userId))
  const past = row && asOf(row, at)
  if (!course || (course.status !== 'published' && !past)) throw courseNotFound({ course: courseId })
  if (past?.status === 'active') throw alreadyEnrolled({ enrollmentId: past.id })
  if (course.status !== 'published') throw courseNotOpen({ status: course.status })
  if (past) {
    const isOver = past.expires_at !== null && past.expires_at <= at.toISOString()
    if (past.status === 'expired' || isOver) throw staffOnlyReturn({ reason: 'expired' })
    if ((await selectLastWithdrawer(tx, past.id)) !== userId) throw staffOnlyReturn({ reason: 'removed' })
  }
  if (!course.self_enrollment) throw selfEnrollmentOff()
  const missing = await selectMissingPrerequisites(tx, courseId, userId)
  if (missing.length > 0) throw prerequisitesMissing({ missing })
  return course
}

function toBulkResult(
  found: Awaited<ReturnType<typeof findPeople>>,
  admissions: ReadonlyMap<string, Admission>,
): BulkResult {
  const told = new Set<string>()
  const results = found.map((one, row): BulkResult['results'][number] => {
    if (typeof one === 'string') return { row, outcome: one, enrollmentId: null }
    const admission = admissions.get(one.userId)
    if (!admission || admission.outcome === 'full') return { row, outcome: 'full', enrollmentId: null }
    const outcome = told.has(one.userId) ? 'already' : admission.outcome
    told.add(one.userId)
    return { row, outcome, enrollmentId: admission.row.id }
  })
  const enrolled = results.filter(({ outcome }) => outcome === 'enrolled' || outcome === 'returned').length
  return { enrolled, results }
}
