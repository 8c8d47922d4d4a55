import type { Kysely } from 'kysely'
import type { Database } from '../../../database.ts'
import type { CourseAccess } from '../access/access.ts'
import { type Availability, availabilityOf } from './availability.ts'
import { type LessonRow, selectHasCompleted, selectMissingPrerequisiteIds } from './queries.ts'

/** Whether somebody who is not of the staff may open a lesson, and what stands in the way. */
export type Openness = Availability | { readonly state: 'unpublished' } | { readonly state: 'not-enrolled' }

export type JudgedLesson = Pick<LessonRow, 'id' | 'status' | 'is_preview' | 'release_at' | 'release_after_days'>

/**
 * The one rule for whatever shows a lesson or parts of it. `hasPrerequisites: false` saves a query where it is known
 * that the lesson requires none.
 */
export async function opennessOf(
  db: Kysely<Database>,
  { course, enrollment }: CourseAccess,
  lesson: JudgedLesson,
  now: Date,
  { hasPrerequisites = true } = {},
): Promise<Openness> {
  if (lesson.status !== 'published') return { state: 'unpublished' }
  if (lesson.is_preview && course.status === 'published') return { state: 'open' }
  if (!enrollment?.isActive) return { state: 'not-enrolled' }
  const missing = hasPrerequisites ? await selectMissingPrerequisiteIds(db, lesson.id, enrollment.id) : []
  const availability = availabilityOf(lesson, enrollment.enrolled_at, missing, now)
  if (availability.state === 'open') return availability
  // What was completed once stays open, though a condition was added since.
  return (await selectHasCompleted(db, lesson.id, enrollment.id)) ? { state: 'open' } : availability
}
