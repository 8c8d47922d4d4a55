import type { Principal } from '#modules/auth/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { writeCourse } from '../course/writing.ts'
import type { CourseDeps } from '../deps.ts'
import { lockModuleFor } from '../outline/lock-module.ts'
import { outlineFull } from '../problems.ts'
import { completionOf } from './completion.ts'
import { checkContent, type FileExists, requireOwnFile } from './content-check.ts'
import { enqueueIfCounted } from './counting.ts'
import type { LessonFollower } from './follower.ts'
import { replaceLessonPrerequisites } from './prerequisites.ts'
import { countLessonsOfModule, insertLesson, selectLessonIdsOfCourse } from './queries.ts'
import type { CreateLessonBody } from './schemas.ts'
import { type VersionedLesson, versionedLesson } from './versioned-lesson.ts'

export interface LessonDeps extends CourseDeps {
  readonly fileExists: FileExists
  readonly followers: readonly LessonFollower[]
}

const LESSONS_MAX = 1000

export function createLessonCreation(deps: LessonDeps) {
  const { db, now, newId, fileExists } = deps

  /** Adds a lesson at the end of the module. */
  async function createLesson(by: Principal, moduleId: string, input: CreateLessonBody): Promise<VersionedLesson> {
    const typed = checkContent(input.type, input.content)
    const completion = completionOf(typed, input)
    const at = now()
    return inTransaction(db, async (tx) => {
      const { course } = await lockModuleFor(tx, by, moduleId, 'edit')
      await requireOwnFile(tx, course.id, typed, fileExists)
      if ((await selectLessonIdsOfCourse(tx, course.id)).length >= LESSONS_MAX) {
        throw outlineFull({ limit: LESSONS_MAX, what: 'lessons' })
      }
      const row = await insertLesson(tx, {
        id: newId(),
        course_id: course.id,
        module_id: moduleId,
        title: input.title.trim(),
        type: typed.type,
        position: await countLessonsOfModule(tx, moduleId),
        status: input.status ?? 'draft',
        is_preview: input.isPreview ?? false,
        is_required: input.isRequired ?? true,
        content: JSON.stringify(typed.content),
        ...completion,
        release_at: input.releaseAt ? new Date(input.releaseAt).toISOString() : null,
        release_after_days: input.releaseAfterDays ?? null,
        created_at: at.toISOString(),
        updated_at: at.toISOString(),
      })
      if (input.prerequisiteIds) await replaceLessonPrerequisites(tx, row, input.prerequisiteIds)
      await writeCourse(tx, deps, course.id)
      await enqueueIfCounted(tx, undefined, row, at)
      return versionedLesson(deps, row, input.prerequisiteIds?.toSorted() ?? [])
    })
  }

  return { createLesson }
}
