import type { Principal } from '#modules/auth/index.ts'
import { availabilityOf } from '#modules/courses/index.ts'
import { asOf, type EnrollmentRow, requireEnrollment, selectEnrollment } from '#modules/enrollments/index.ts'
import type { ProgressDeps } from './deps.ts'
import { explain, needOf } from './explanation.ts'
import { type OutlineRow, selectLessonPrerequisites, selectOutline, selectSummary } from './report-queries.ts'
import type { CourseProgress, LessonLock, LessonProgress } from './schemas.ts'
import type { SummaryRow } from './summary.ts'

export function createReporting({ db, now }: Pick<ProgressDeps, 'db' | 'now'>) {
  /** Where a student stands in a course and why, lesson by lesson: for that student and for staff. */
  async function readProgress(caller: Principal, enrollmentId: string): Promise<CourseProgress> {
    const at = now()
    const rule = { owner: true, staff: 'see-roster' } as const
    const row = await selectEnrollment(db, enrollmentId)
    const enrollment = asOf(await requireEnrollment(db, caller, enrollmentId, row, rule), at)
    const outline = await selectOutline(db, enrollment.course_id, enrollmentId)
    const prerequisites = await selectLessonPrerequisites(db, enrollment.course_id)
    const locks = locksOf(outline, prerequisites, enrollment, at)
    const lessons = outline.map((lesson) => toLessonProgress(lesson, locks.get(lesson.id) ?? null))
    return toCourseProgress(enrollment, lessons, await selectSummary(db, enrollmentId))
  }

  return { readProgress }
}

/**
 * Counts are those of the lessons as they are at this moment, so that numbers, list and words agree even while a job
 * is still bringing stored summaries up to date after an edit of the course.
 */
function toCourseProgress(
  enrollment: EnrollmentRow,
  lessons: LessonProgress[],
  summary: SummaryRow | undefined,
): CourseProgress {
  const required = lessons.filter((lesson) => lesson.isRequired)
  const open = required.filter((lesson) => lesson.state !== 'completed')
  const completedLessons = required.length - open.length
  const completedAt = summary?.completed_at ?? null
  const counts = {
    percent: completedAt ? 100 : required.length === 0 ? 0 : Math.floor((completedLessons * 100) / required.length),
    completedLessons,
    requiredLessons: required.length,
    completedAt,
  }
  const remaining = open.map(needOf)
  return {
    enrollmentId: enrollment.id,
    courseId: enrollment.course_id,
    status: enrollment.status,
    ...counts,
    timeSpentSeconds: summary?.time_spent_seconds ?? 0,
    lastActivityAt: summary?.last_activity_at ?? null,
    explanation: explain({ ...counts, remaining, status: enrollment.status }),
    remaining,
    addedSinceCompletion: completedAt ? open.map(({ lessonId, title }) => ({ lessonId, title })) : [],
    nextLessonId: lessons.find(({ state }) => state === 'started' || state === 'not-started')?.lessonId ?? null,
    lessons,
  }
}

/** The locks of the lessons that are not open, by lesson. What is completed has none. */
function locksOf(
  outline: readonly OutlineRow[],
  prerequisites: Awaited<ReturnType<typeof selectLessonPrerequisites>>,
  enrollment: EnrollmentRow,
  at: Date,
): Map<string, LessonLock> {
  // Only published lessons are in the outline: a prerequisite that is gone blocks nobody.
  const open = new Map(outline.filter((lesson) => lesson.completed_at === null).map(({ id, title }) => [id, title]))
  const locks = new Map<string, LessonLock>()
  for (const lesson of outline) {
    if (lesson.completed_at !== null) continue
    const required = prerequisites.filter((one) => one.lesson_id === lesson.id).map((one) => one.required_lesson_id)
    const missing = required.flatMap((id) => (open.has(id) ? [{ id, title: open.get(id) ?? '' }] : []))
    const missingIds = missing.map(({ id }) => id)
    const availability = availabilityOf(lesson, enrollment.enrolled_at, missingIds, at)
    if (availability.state === 'not-released') {
      locks.set(lesson.id, { reason: 'release', opensAt: availability.opensAt, missing })
    } else if (availability.state === 'locked') {
      locks.set(lesson.id, { reason: 'prerequisite', opensAt: null, missing })
    }
  }
  return locks
}

function toLessonProgress(row: OutlineRow, lock: LessonLock | null): LessonProgress {
  const timeSpentSeconds = row.time_spent_seconds ?? 0
  const isTimed = row.completion_rule === 'time' && row.completed_at === null
  return {
    lessonId: row.id,
    moduleId: row.module_id,
    title: row.title,
    type: row.type,
    isRequired: row.is_required,
    completionRule: row.completion_rule,
    state: row.completed_at ? 'completed' : lock ? 'locked' : row.started_at ? 'started' : 'not-started',
    lock,
    timeSpentSeconds,
    secondsMissing: isTimed ? Math.max(0, (row.completion_seconds ?? 0) - timeSpentSeconds) : null,
    startedAt: row.started_at,
    completedAt: row.completed_at,
  }
}
