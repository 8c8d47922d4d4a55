import type { Principal } from '#modules/auth/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { lockCourseFor } from '../access/access.ts'
import { writeCourse } from '../course/writing.ts'
import type { CourseDeps } from '../deps.ts'
import { countLessonsOfModule } from '../lessons/queries.ts'
import { moduleNotEmpty, orderNotComplete, outlineFull } from '../problems.ts'
import type { VersionGuard } from '../version-guard.ts'
import { lockModuleFor } from './lock-module.ts'
import { isPermutation, updateModulePositions } from './positions.ts'
import {
  deleteModule as deleteModuleRow,
  insertModule,
  type ModuleRow,
  selectModules,
  updateModule,
} from './queries.ts'
import { outlineOf, type VersionedOutline } from './reading.ts'
import type { Module } from './schemas.ts'

/** A module together with the version that its ETag names. */
export interface VersionedModule {
  readonly version: number
  readonly body: Module
}

const MODULES_MAX = 200

export function createOutlineAuthoring(deps: CourseDeps) {
  const { db, now, newId } = deps

  /** Adds a module at the end of the course. */
  async function createModule(by: Principal, courseId: string, input: { title: string }): Promise<VersionedModule> {
    const at = now().toISOString()
    return inTransaction(db, async (tx) => {
      await lockCourseFor(tx, by, courseId, 'edit')
      const position = (await selectModules(tx, courseId)).length
      if (position >= MODULES_MAX) throw outlineFull({ limit: MODULES_MAX, what: 'modules' })
      const row = await insertModule(tx, {
        id: newId(),
        course_id: courseId,
        title: input.title.trim(),
        position,
        created_at: at,
        updated_at: at,
      })
      await writeCourse(tx, deps, courseId)
      return versionedModule(row)
    })
  }

  async function renameModule(
    by: Principal,
    moduleId: string,
    input: { title: string },
    guard: VersionGuard,
  ): Promise<VersionedModule> {
    const at = now().toISOString()
    return inTransaction(db, async (tx) => {
      const { module, course } = await lockModuleFor(tx, by, moduleId, 'edit')
      guard(module.version)
      const row = await updateModule(tx, moduleId, { title: input.title.trim(), updated_at: at })
      await writeCourse(tx, deps, course.id)
      return versionedModule(row)
    })
  }

  /** Deletes an empty module. */
  async function deleteModule(by: Principal, moduleId: string, guard: VersionGuard): Promise<void> {
    await inTransaction(db, async (tx) => {
      const { module, course } = await lockModuleFor(tx, by, moduleId, 'edit')
      guard(module.version)
      const lessons = await countLessonsOfModule(tx, moduleId)
      if (lessons > 0) throw moduleNotEmpty({ lessons })
      await deleteModuleRow(tx, moduleId)
      const rest = await selectModules(tx, course.id)
      await updateModulePositions(
        tx,
        rest.map((one) => one.id),
      )
      await writeCourse(tx, deps, course.id)
    })
  }

  /** Puts the modules of a course into the order of `ids`, which must name each of them once. */
  async function orderModules(
    by: Principal,
    courseId: string,
    ids: readonly string[],
    guard: VersionGuard,
  ): Promise<VersionedOutline> {
    return inTransaction(db, async (tx) => {
      const course = await lockCourseFor(tx, by, courseId, 'edit')
      guard(course.version)
      const present = (await selectModules(tx, courseId)).map((module) => module.id)
      if (!isPermutation(ids, present)) throw orderNotComplete({ presentIds: present })
      await updateModulePositions(tx, ids)
      return outlineOf(tx, await writeCourse(tx, deps, courseId), true)
    })
  }

  return { createModule, renameModule, deleteModule, orderModules }
}

function versionedModule(row: ModuleRow): VersionedModule {
  return {
    version: row.version,
    body: {
      id: row.id,
      courseId: row.course_id,
      title: row.title,
      position: row.position,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
    },
  }
}
