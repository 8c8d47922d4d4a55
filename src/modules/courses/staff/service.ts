import type { Kysely } from 'kysely'
import { type Actor, recordAudit } from '#modules/audit/index.ts'
import type { Principal } from '#modules/auth/index.ts'
import { selectUserByEmail } from '#modules/users/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { invalidRequest } from '#platform/http/problems.ts'
import type { Database } from '../../../database.ts'
import { lockCourseFor, requireCourseRight } from '../access/access.ts'
import type { StaffRole } from '../access/rights.ts'
import { writeCourse } from '../course/writing.ts'
import type { CourseDeps } from '../deps.ts'
import { alreadyOnStaff, instructorNeeded, ownerStays, staffMemberNotFound } from './problems.ts'
import { deleteStaff, insertStaff, selectStaff, updateStaffRole } from './queries.ts'
import type { AddStaffBody, StaffMember } from './schemas.ts'

type GivenRole = Exclude<StaffRole, 'owner'>
type StaffRow = Awaited<ReturnType<typeof selectStaff>>[number]

export function createStaff(deps: CourseDeps) {
  const { db, now } = deps

  async function listStaff(by: Principal, courseId: string): Promise<StaffMember[]> {
    await requireCourseRight(db, by, courseId, 'read-drafts')
    return (await selectStaff(db, courseId)).map(toStaffMember)
  }

  /** Adds the person with this mail address. */
  async function addStaff(by: Principal, courseId: string, input: AddStaffBody, actor: Actor): Promise<StaffMember> {
    const { email, staffRole } = input
    return changeStaff(by, courseId, actor, async (tx, staff) => {
      const user = await selectUserByEmail(tx, email)
      if (user?.status !== 'active') {
        throw invalidRequest({ errors: [{ pointer: '/body/email', message: 'belongs to no active account' }] })
      }
      const present = staff.find((one) => one.user_id === user.id)
      if (present) throw alreadyOnStaff({ staffRole: present.staff_role })
      if (staffRole === 'co-instructor') requireInstructor(user)
      await insertStaff(tx, {
        course_id: courseId,
        user_id: user.id,
        staff_role: staffRole,
        added_at: now().toISOString(),
      })
      return { action: 'course.staff-added', userId: user.id, details: { staffRole } }
    })
  }

  async function changeStaffRole(
    by: Principal,
    courseId: string,
    userId: string,
    staffRole: GivenRole,
    actor: Actor,
  ): Promise<StaffMember> {
    return changeStaff(by, courseId, actor, async (tx, staff) => {
      const member = memberOf(staff, userId)
      if (member.staff_role === 'owner') throw ownerStays()
      if (staffRole === 'co-instructor') requireInstructor(member)
      await updateStaffRole(tx, courseId, userId, staffRole)
      return { action: 'course.staff-role-changed', userId, details: { from: member.staff_role, to: staffRole } }
    })
  }

  async function removeStaff(by: Principal, courseId: string, userId: string, actor: Actor): Promise<void> {
    await changeStaff(by, courseId, actor, async (tx, staff) => {
      const member = memberOf(staff, userId)
      if (member.staff_role === 'owner') throw ownerStays()
      await deleteStaff(tx, courseId, userId)
      return { action: 'course.staff-removed', userId, details: { staffRole: member.staff_role } }
    })
  }

  /** Makes another member of the staff the owner; who was it becomes a co-instructor. */
  async function transferOwnership(
    by: Principal,
    courseId: string,
    userId: string,
    actor: Actor,
  ): Promise<StaffMember> {
    return changeStaff(by, courseId, actor, async (tx, staff) => {
      const member = memberOf(staff, userId)
      if (member.staff_role === 'owner') throw alreadyOnStaff({ staffRole: 'owner' })
      requireInstructor(member)
      const owner = staff.find((one) => one.staff_role === 'owner')
      if (owner) await updateStaffRole(tx, courseId, owner.user_id, 'co-instructor')
      await updateStaffRole(tx, courseId, userId, 'owner')
      return { action: 'course.owner-changed', userId, details: { from: owner?.user_id ?? null, to: userId } }
    })
  }

  /** Locks the course, makes one change, and records it in the same transaction. Returns the member as he is now. */
  async function changeStaff(
    by: Principal,
    courseId: string,
    actor: Actor,
    change: (tx: Kysely<Database>, staff: readonly StaffRow[]) => Promise<StaffChange>,
  ): Promise<StaffMember> {
    const at = now()
    return inTransaction(db, async (tx) => {
      await lockCourseFor(tx, by, courseId, 'manage-staff')
      const before = await selectStaff(tx, courseId)
      const { action, userId, details } = await change(tx, before)
      await writeCourse(tx, deps, courseId)
      await recordAudit(
        tx,
        actor,
        { action, subjectType: 'course', subjectId: courseId, details: { ...details, userId } },
        at,
      )
      const after = await selectStaff(tx, courseId)
      return toStaffMember(memberOf([...after, ...before], userId))
    })
  }

  return { listStaff, addStaff, changeStaffRole, removeStaff, transferOwnership }
}

interface StaffChange {
  readonly action: `course.${string}`
  readonly userId: string
  readonly details: Record<string, unknown>
}

function requireInstructor(user: Pick<StaffRow, 'role' | 'status'>): void {
  if (user.role === 'student' || user.status !== 'active') throw instructorNeeded()
}

function memberOf(staff: readonly StaffRow[], userId: string): StaffRow {
  const member = staff.find((one) => one.user_id === userId)
  if (!member) throw staffMemberNotFound({ userId })
  return member
}

function toStaffMember(row: StaffRow): StaffMember {
  return {
    userId: row.user_id,
    fullName: row.full_name,
    email: row.email,
    staffRole: row.staff_role,
    addedAt: row.added_at,
  }
}
