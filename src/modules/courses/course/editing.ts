import type { Updateable } from 'kysely'
import { type Actor, recordAudit } from '#modules/audit/index.ts'
import type { Principal } from '#modules/auth/index.ts'
import { isForeignKeyViolation, onConstraint } from '#platform/database/constraint.ts'
import { lockTable } from '#platform/database/dialect.ts'
import { afterCommit, inTransaction } from '#platform/database/transaction.ts'
import { lockCourseFor } from '../access/access.ts'
import type { CourseDeps } from '../deps.ts'
import { capacityTooSmall, courseInUse, slugTaken } from '../problems.ts'
import { upsertSearchWords } from '../search/queries.ts'
import { sortTitleOf } from '../search/words.ts'
import type { CoursesDatabase } from '../tables.ts'
import type { VersionGuard } from '../version-guard.ts'
import { checkDescription } from './description.ts'
import { countRequiringCourses } from './prerequisite-queries.ts'
import { replacePrerequisites } from './prerequisites.ts'
import { countActiveEnrollments, countEnrollments, deleteCourseWithParts } from './queries.ts'
import { type VersionedCourse, versionedCourse } from './reading.ts'
import type { ChangeCourseBody } from './schemas.ts'
import { writeCourse } from './writing.ts'

export function createCourseEditing(deps: CourseDeps) {
  const { db, now, countChange } = deps

  /** Changes the fields that are given; null clears one. The status has operations of its own. */
  async function changeCourse(
    by: Principal,
    courseId: string,
    changes: ChangeCourseBody,
    guard: VersionGuard,
  ): Promise<VersionedCourse> {
    checkDescription(changes.description)
    const at = now()
    return inTransaction(db, async (tx) => {
      if (changes.prerequisiteIds) await lockTable(tx, 'course_prerequisite')
      const course = await lockCourseFor(tx, by, courseId, 'edit')
      guard(course.version)
      if (typeof changes.capacity === 'number') {
        const activeEnrollments = await countActiveEnrollments(tx, courseId, at)
        if (changes.capacity < activeEnrollments) throw capacityTooSmall({ activeEnrollments })
      }
      if (changes.prerequisiteIds) await replacePrerequisites(tx, by, courseId, changes.prerequisiteIds)
      const row = await onConstraint(writeCourse(tx, deps, courseId, toColumns(changes)), 'course_slug_key', (cause) =>
        slugTaken({ slug: changes.slug ?? course.slug }, cause),
      )
      if (isSearched(changes)) await upsertSearchWords(tx, row)
      return versionedCourse(tx, deps, row)
    })
  }

  /** Deletes a course that nobody was ever enrolled in; any other is archived instead. */
  async function deleteCourse(by: Principal, courseId: string, guard: VersionGuard, actor: Actor): Promise<void> {
    await inTransaction(db, async (tx) => {
      await lockTable(tx, 'course_prerequisite')
      const course = await lockCourseFor(tx, by, courseId, 'delete')
      guard(course.version)
      if ((await countEnrollments(tx, courseId)) > 0) throw courseInUse({ reason: 'has or had students' })
      if ((await countRequiringCourses(tx, courseId)) > 0) {
        throw courseInUse({ reason: 'is a prerequisite of other courses' })
      }
      try {
        await deleteCourseWithParts(tx, courseId)
        afterCommit(deps.documents.forgetAll)
      } catch (error) {
        if (isForeignKeyViolation(error)) throw courseInUse({ reason: 'has records that must be kept' }, error)
        throw error
      }
      await recordAudit(
        tx,
        actor,
        { action: 'course.deleted', subjectType: 'course', subjectId: courseId, details: { title: course.title } },
        now(),
      )
    })
    countChange({ change: 'deleted' })
  }

  return { changeCourse, deleteCourse }
}

function isSearched({ title, summary, description, category }: ChangeCourseBody): boolean {
  return [title, summary, description, category].some((field) => field !== undefined)
}

/** A field that was not given is not set: kysely leaves undefined out. */
function toColumns(changes: ChangeCourseBody): Updateable<CoursesDatabase['course']> {
  const title = changes.title?.trim()
  return {
    slug: changes.slug,
    title,
    sort_title: title === undefined ? undefined : sortTitleOf(title),
    summary: changes.summary?.trim(),
    description: changes.description,
    category: changes.category,
    difficulty: changes.difficulty,
    capacity: changes.capacity,
    self_enrollment: changes.selfEnrollment,
    enrollment_days: changes.enrollmentDays,
  }
}
