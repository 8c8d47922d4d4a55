import type { Principal } from '#modules/auth/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { lockCourseFor } from '../access/access.ts'
import { updateCourse } from '../course/queries.ts'
import type { CourseDeps } from '../deps.ts'
import { insertModule, type ModuleRow, selectModules } from './queries.ts'
import type { Module } from './schemas.ts'

/** A module together with the version that its ETag names. */
export interface VersionedModule {
  readonly version: number
  readonly body: Module
}

export function createOutlineAuthoring({ db, now, newId }: CourseDeps) {
  /** Adds a module at the end of the course. */
  async function createModule(by: Principal, courseId: string, input: { title: string }): Promise<VersionedModule> {
    const at = now().toISOString()
    return inTransaction(db, async (tx) => {
      await lockCourseFor(tx, by, courseId, 'edit')
      const row = await insertModule(tx, {
        id: newId(),
        course_id: courseId,
        title: input.title.trim(),
        position: (await selectModules(tx, courseId)).length,
        created_at: at,
        updated_at: at,
      })
      await updateCourse(tx, courseId, { updated_at: at })
      return versionedModule(row)
    })
  }

  return { createModule }
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
