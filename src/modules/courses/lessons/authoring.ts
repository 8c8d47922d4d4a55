import type { Principal } from '#modules/auth/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { lockCourseFor } from '../access/access.ts'
import { updateCourse } from '../course/queries.ts'
import type { CourseDeps } from '../deps.ts'
import { selectModule } from '../outline/queries.ts'
import { moduleNotFound } from '../problems.ts'
import { completionOf } from './completion.ts'
import { checkContent, type FileExists } from './content-check.ts'
import { enqueueIfCounted } from './counting.ts'
import { countLessonsOfModule, insertLesson, type LessonRow } from './queries.ts'
import type { CreateLessonBody, Lesson } from './schemas.ts'
import { toLesson } from './to-lesson.ts'

/** A lesson together with the version that its ETag names. */
export interface VersionedLesson {
  readonly version: number
  readonly body: Lesson
}

export interface LessonDeps extends CourseDeps {
  readonly fileExists: FileExists
}

export function createLessonAuthoring({ db, now, newId, fileExists }: LessonDeps) {
  /** Adds a lesson at the end of the module. */
  async function createLesson(by: Principal, moduleId: string, input: CreateLessonBody): Promise<VersionedLesson> {
    const typed = await checkContent(input.type, input.content, by, fileExists)
    const completion = completionOf(typed, input)
    const at = now()
    return inTransaction(db, async (tx) => {
      const module = await selectModule(tx, moduleId)
      if (!module) throw moduleNotFound({ moduleId })
      const course = await lockCourseFor(tx, by, module.course_id, 'edit')
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
      await updateCourse(tx, course.id, { updated_at: at.toISOString() })
      await enqueueIfCounted(tx, undefined, row, at)
      return versionedLesson(row, [])
    })
  }

  return { createLesson }
}

/** As its author sees it. */
export function versionedLesson(row: LessonRow, prerequisiteIds: readonly string[]): VersionedLesson {
  return { version: row.version, body: toLesson(row, prerequisiteIds, true) }
}
