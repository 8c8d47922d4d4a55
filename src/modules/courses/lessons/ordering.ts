import type { Principal } from '#modules/auth/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { invalidRequest } from '#platform/http/problems.ts'
import { writeCourse } from '../course/writing.ts'
import type { CourseDeps } from '../deps.ts'
import { lockModuleFor } from '../outline/lock-module.ts'
import { isPermutation, updateLessonPositions } from '../outline/positions.ts'
import { selectModule } from '../outline/queries.ts'
import { outlineOf, type VersionedOutline } from '../outline/reading.ts'
import { orderNotComplete } from '../problems.ts'
import type { VersionGuard } from '../version-guard.ts'
import { lockLessonFor } from './lock-lesson.ts'
import { selectLessonIdsOfModule } from './queries.ts'
import type { MoveLessonBody } from './schemas.ts'

export function createLessonOrdering(deps: CourseDeps) {
  const { db } = deps

  /** Puts the lessons of a module into the order of `ids`, which must name each of them once. */
  async function orderLessons(
    by: Principal,
    moduleId: string,
    ids: readonly string[],
    guard: VersionGuard,
  ): Promise<VersionedOutline> {
    return inTransaction(db, async (tx) => {
      const { course } = await lockModuleFor(tx, by, moduleId, 'edit')
      guard(course.version)
      const present = await selectLessonIdsOfModule(tx, moduleId)
      if (!isPermutation(ids, present)) throw orderNotComplete({ presentIds: present })
      await updateLessonPositions(tx, moduleId, ids)
      return outlineOf(tx, await writeCourse(tx, deps, course.id), true)
    })
  }

  /** Moves a lesson to a place in a module of the same course; without a position, or past the end, to its end. */
  async function moveLesson(
    by: Principal,
    lessonId: string,
    { moduleId, position }: MoveLessonBody,
    guard: VersionGuard,
  ): Promise<VersionedOutline> {
    return inTransaction(db, async (tx) => {
      const { lesson, course } = await lockLessonFor(tx, by, lessonId, 'edit')
      guard(course.version)
      const target = await selectModule(tx, moduleId)
      if (target?.course_id !== course.id) {
        throw invalidRequest({ errors: [{ pointer: '/body/moduleId', message: 'is no module of this course' }] })
      }
      const others = (await selectLessonIdsOfModule(tx, moduleId)).filter((id) => id !== lessonId)
      await updateLessonPositions(tx, moduleId, others.toSpliced(position ?? others.length, 0, lessonId))
      if (lesson.module_id !== moduleId) {
        await updateLessonPositions(tx, lesson.module_id, await selectLessonIdsOfModule(tx, lesson.module_id))
      }
      return outlineOf(tx, await writeCourse(tx, deps, course.id), true)
    })
  }

  return { orderLessons, moveLesson }
}
