import { type Actor, recordAudit } from '#modules/audit/index.ts'
import type { Principal } from '#modules/auth/index.ts'
import { insteadOfCourseNotFound, lessonNotFound, lockCourseFor, may } from '#modules/courses/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { type FieldError, invalidRequest } from '#platform/http/problems.ts'
import type { AssignmentsDeps } from '../deps.ts'
import { accessLesson, requireLesson, requireOpen, requireSetUp } from '../gate.ts'
import {
  type GroupMember,
  replaceGroups,
  type StoredGroup,
  selectEnrollmentsOf,
  selectGroupIds,
  selectGroupMembers,
  selectGroupOf,
} from './queries.ts'
import type { AssignmentGroups, GroupsBody } from './schemas.ts'

export function createGrouping({ db, now, newId }: AssignmentsDeps) {
  /**
   * Makes these the groups of an assignment. What was handed in before stays as it is; from then on whatever a member
   * hands in is handed in for all members. Holds the course, so that nobody hands in meanwhile.
   */
  async function setGroups(
    caller: Principal,
    lessonId: string,
    { groups }: GroupsBody,
    actor: Actor,
  ): Promise<AssignmentGroups> {
    return inTransaction(db, async (tx) => {
      const { course_id } = await requireLesson(tx, lessonId)
      const course = await insteadOfCourseNotFound(lockCourseFor(tx, caller, course_id, 'manage-roster'), () =>
        lessonNotFound({ lessonId }),
      )
      await requireSetUp(tx, lessonId)
      const present = new Set(await selectGroupIds(tx, lessonId))
      const userIds = [...new Set(groups.flatMap((group) => group.userIds))]
      const rows = await selectEnrollmentsOf(tx, course.id, userIds)
      const enrollments = new Map(rows.map((row) => [row.user_id, row.id]))
      checkGroups(groups, present, enrollments)
      const stored = groups.map(
        ({ id, title, userIds }): StoredGroup => ({
          id: id ?? newId(),
          title: title.trim(),
          enrollmentIds: userIds.flatMap((userId) => enrollments.get(userId) ?? []),
        }),
      )
      await replaceGroups(tx, lessonId, stored)
      const details = { courseId: course.id, groups: stored }
      const entry = { action: 'assignment.grouped', subjectType: 'lesson', subjectId: lessonId, details } as const
      await recordAudit(tx, actor, entry, now())
      return toGroups(await selectGroupMembers(tx, lessonId))
    })
  }

  /** The groups of an assignment: for staff all, for a student his own. */
  async function listGroups(caller: Principal, lessonId: string): Promise<AssignmentGroups> {
    const at = now()
    const { lesson, access } = await accessLesson(db, caller, lessonId, at)
    const isStaff = may(access.standing, 'see-roster')
    if (!isStaff) await requireOpen(db, access, lesson, at)
    await requireSetUp(db, lessonId)
    if (isStaff) return toGroups(await selectGroupMembers(db, lessonId))
    const own = await selectGroupOf(db, lessonId, caller.userId)
    return toGroups(own === undefined ? [] : await selectGroupMembers(db, lessonId, own))
  }

  return { setGroups, listGroups }
}

function checkGroups(
  groups: GroupsBody['groups'],
  present: ReadonlySet<string>,
  enrollments: ReadonlyMap<string, string>,
): void {
  const errors: FieldError[] = []
  const seen = new Set<string>()
  for (const [index, { id, userIds }] of groups.entries()) {
    const isTwice = id !== undefined && groups.findIndex((one) => one.id === id) !== index
    if (id !== undefined && (isTwice || !present.has(id))) {
      errors.push({ pointer: `/body/groups/${index}/id`, message: 'is no group of this assignment, or there twice' })
    }
    for (const [position, userId] of userIds.entries()) {
      const pointer = `/body/groups/${index}/userIds/${position}`
      if (!enrollments.has(userId)) errors.push({ pointer, message: 'is no student of this course' })
      if (seen.has(userId)) errors.push({ pointer, message: 'is in two groups' })
      seen.add(userId)
    }
  }
  if (errors.length > 0) throw invalidRequest({ errors })
}

function toGroups(members: readonly GroupMember[]): AssignmentGroups {
  const groups = [...Map.groupBy(members, (member) => member.group_id).values()]
  return {
    groups: groups.flatMap((own) =>
      own.slice(0, 1).map(({ group_id, group_title }) => ({
        id: group_id,
        title: group_title,
        members: own.map(({ user_id, full_name }) => ({ id: user_id, fullName: full_name })),
      })),
    ),
  }
}
