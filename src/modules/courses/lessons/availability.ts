import type { CoursesDatabase } from '../tables.ts'

/** Whether a student may open a lesson now, and if not, what it waits for. */
export type Availability =
  | { readonly state: 'open' }
  | { readonly state: 'not-released'; readonly opensAt: string }
  | { readonly state: 'locked'; readonly missingLessonIds: readonly string[] }

type Release = Pick<CoursesDatabase['lesson'], 'release_at' | 'release_after_days'>

const DAY_MS = 24 * 60 * 60 * 1000

/**
 * A lesson opens at the later of its release date and its number of days after enrollment, and once the lessons it
 * requires are completed. `missingLessonIds`: those that are published and that the student has not completed.
 */
export function availabilityOf(
  lesson: Release,
  enrolledAt: string,
  missingLessonIds: readonly string[],
  now: Date,
): Availability {
  const opensAt = new Date(
    Math.max(
      lesson.release_at === null ? 0 : Date.parse(lesson.release_at),
      lesson.release_after_days === null ? 0 : Date.parse(enrolledAt) + lesson.release_after_days * DAY_MS,
    ),
  )
  if (opensAt > now) return { state: 'not-released', opensAt: opensAt.toISOString() }
  if (missingLessonIds.length > 0) return { state: 'locked', missingLessonIds }
  return { state: 'open' }
}
