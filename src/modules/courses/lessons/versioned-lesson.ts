import type { CourseDeps } from '../deps.ts'
import type { LessonRow } from './queries.ts'
import type { Lesson } from './schemas.ts'
import { toLesson } from './to-lesson.ts'

/** A lesson together with the version that its ETag names. */
export interface VersionedLesson {
  readonly version: number
  readonly body: Lesson
}

/** As its author sees it. */
export function versionedLesson(
  { richText }: CourseDeps,
  row: LessonRow,
  prerequisiteIds: readonly string[],
): VersionedLesson {
  return { version: row.version, body: toLesson(row, prerequisiteIds, richText, { showsSource: true }) }
}
