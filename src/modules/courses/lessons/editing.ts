import type { Updateable } from 'kysely'
import type { Principal } from '#modules/auth/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { writeCourse } from '../course/writing.ts'
import { lessonNotFound } from '../problems.ts'
import type { CoursesDatabase } from '../tables.ts'
import type { VersionGuard } from '../version-guard.ts'
import { type Completion, completionOf, followsDuration } from './completion.ts'
import type { TypedContent } from './content.ts'
import { checkContent, requireOwnFile } from './content-check.ts'
import { enqueueIfCounted } from './counting.ts'
import type { LessonDeps } from './creation.ts'
import { lockLessonFor } from './lock-lesson.ts'
import { replaceLessonPrerequisites } from './prerequisites.ts'
import { type LessonRow, selectLesson, selectPrerequisiteIds, updateLesson } from './queries.ts'
import type { ChangeLessonBody } from './schemas.ts'
import { typedContentOf } from './to-lesson.ts'
import { type VersionedLesson, versionedLesson } from './versioned-lesson.ts'

export function createLessonEditing(deps: LessonDeps) {
  const { db, now, fileExists, followers } = deps

  /** Changes the fields that are given; null clears one. Type and status are not among them. */
  async function changeLesson(
    by: Principal,
    lessonId: string,
    changes: ChangeLessonBody,
    guard: VersionGuard,
  ): Promise<VersionedLesson> {
    const type = (await selectLesson(db, lessonId))?.type
    if (!type) throw lessonNotFound({ lessonId })
    const content = changes.content && checkContent(type, changes.content)
    const at = now()
    return inTransaction(db, async (tx) => {
      const { lesson, course } = await lockLessonFor(tx, by, lessonId, 'edit')
      guard(lesson.version)
      if (content) await requireOwnFile(tx, course.id, content, fileExists)
      if (changes.prerequisiteIds) await replaceLessonPrerequisites(tx, lesson, changes.prerequisiteIds)
      const row = await updateLesson(tx, lessonId, {
        ...toColumns(changes),
        ...(content && { content: JSON.stringify(content.content) }),
        ...changedCompletion(lesson, content, changes),
        updated_at: at.toISOString(),
      })
      if (row.title !== lesson.title) for (const one of followers) await one.renamed(tx, row, at)
      // Contents are not part of the outline: saving them must not disturb whoever edits the course.
      if (Object.keys(changes).some((field) => field !== 'content')) {
        await writeCourse(tx, deps, course.id)
      }
      await enqueueIfCounted(tx, lesson, row, at)
      return versionedLesson(deps, row, await selectPrerequisiteIds(tx, lessonId, { publishedOnly: false }))
    })
  }

  return { changeLesson }
}

/** A field that was not given is not set: kysely leaves undefined out. */
function toColumns(changes: ChangeLessonBody): Updateable<CoursesDatabase['lesson']> {
  return {
    title: changes.title?.trim(),
    is_preview: changes.isPreview,
    is_required: changes.isRequired,
    release_at: changes.releaseAt ? new Date(changes.releaseAt).toISOString() : changes.releaseAt,
    release_after_days: changes.releaseAfterDays,
  }
}

function changedCompletion(lesson: LessonRow, content: TypedContent | undefined, wanted: ChangeLessonBody): Completion {
  const before = typedContentOf(lesson)
  const nobodyChose = before.type === 'video' && followsDuration(lesson, before.content.durationSeconds)
  return completionOf(content ?? before, wanted, nobodyChose ? { ...lesson, completion_seconds: null } : lesson)
}
