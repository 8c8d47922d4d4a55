import type { Principal } from '#modules/auth/index.ts'
import { isForeignKeyViolation } from '#platform/database/constraint.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { writeCourse } from '../course/writing.ts'
import { updateLessonPositions } from '../outline/positions.ts'
import { lessonInUse, wrongStatus } from '../problems.ts'
import type { VersionGuard } from '../version-guard.ts'
import { enqueueIfCounted } from './counting.ts'
import type { LessonDeps } from './creation.ts'
import { lockLessonFor } from './lock-lesson.ts'
import {
  deleteLesson as deleteLessonRow,
  type LessonRow,
  selectLessonIdsOfModule,
  selectPrerequisiteIds,
  updateLesson,
} from './queries.ts'
import { type VersionedLesson, versionedLesson } from './versioned-lesson.ts'

export function createLessonLifecycle(deps: LessonDeps) {
  const { db, now, followers } = deps

  /** Shows a draft or archived lesson to students. */
  function publishLesson(by: Principal, lessonId: string): Promise<VersionedLesson> {
    return changeStatus(by, lessonId, 'published')
  }

  /** Hides a lesson from students; what they did in it stays. */
  function archiveLesson(by: Principal, lessonId: string): Promise<VersionedLesson> {
    return changeStatus(by, lessonId, 'archived')
  }

  async function changeStatus(
    by: Principal,
    lessonId: string,
    status: Exclude<LessonRow['status'], 'draft'>,
  ): Promise<VersionedLesson> {
    const at = now()
    return inTransaction(db, async (tx) => {
      const { lesson, course } = await lockLessonFor(tx, by, lessonId, 'edit')
      if (lesson.status === status) throw wrongStatus({ status, needs: `a lesson that is not ${status}` })
      const row = await updateLesson(tx, lessonId, { status, updated_at: at.toISOString() })
      await writeCourse(tx, deps, course.id)
      await enqueueIfCounted(tx, lesson, row, at)
      return versionedLesson(deps, row, await selectPrerequisiteIds(tx, lessonId, { publishedOnly: false }))
    })
  }

  /** Deletes a lesson that nobody has begun; any other is archived instead. */
  async function deleteLesson(by: Principal, lessonId: string, guard: VersionGuard): Promise<void> {
    const at = now()
    await inTransaction(db, async (tx) => {
      const { lesson, course } = await lockLessonFor(tx, by, lessonId, 'edit')
      guard(lesson.version)
      for (const one of followers) await one.deleted(tx, lesson, at)
      try {
        await deleteLessonRow(tx, lessonId)
      } catch (error) {
        if (isForeignKeyViolation(error)) throw lessonInUse(undefined, error)
        throw error
      }
      await updateLessonPositions(tx, lesson.module_id, await selectLessonIdsOfModule(tx, lesson.module_id))
      await writeCourse(tx, deps, course.id)
      await enqueueIfCounted(tx, lesson, undefined, at)
    })
  }

  return { publishLesson, archiveLesson, deleteLesson }
}
