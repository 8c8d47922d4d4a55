import type { Principal } from '#modules/auth/index.ts'
import { availabilityOf } from '#modules/courses/index.ts'
import { selectActiveCourses, selectLearningDays, selectTotals, selectUncompletedLessons } from './dashboard-queries.ts'
import type { ProgressDeps } from './deps.ts'
import { utcDayOf } from './queries.ts'
import type { Dashboard } from './schemas.ts'

const COURSES_MAX = 20
const ACTIVITY_DAYS = 30
/** A streak is counted over this many days at most. */
const STREAK_DAYS_MAX = 366
const DAY_MS = 24 * 60 * 60 * 1000

export function createDashboard({ db, now }: Pick<ProgressDeps, 'db' | 'now'>) {
  /** What a student sees first: courses and where to go on in each, and how much was learnt lately. */
  async function readDashboard({ userId }: Principal): Promise<Dashboard> {
    const at = now()
    const courses = await selectActiveCourses(db, userId, at.toISOString(), COURSES_MAX)
    const lessons = await selectUncompletedLessons(
      db,
      courses.map((row) => row.id),
    )
    const days = await selectLearningDays(db, userId, dayBefore(at, STREAK_DAYS_MAX - 1), utcDayOf(at))
    const totals = await selectTotals(db, userId, at.toISOString())

    const nextLessonOf = (enrollmentId: string) => {
      const next = lessons.find((lesson) => {
        if (lesson.enrollment_id !== enrollmentId) return false
        const missing = lesson.is_waiting ? [lesson.id] : []
        return availabilityOf(lesson, lesson.enrolled_at, missing, at).state === 'open'
      })
      return next ? { id: next.id, title: next.title, type: next.type } : null
    }
    return {
      totals: {
        activeCourses: totals.active ?? 0,
        completedCourses: totals.completed ?? 0,
        timeSpentSeconds: totals.seconds ?? 0,
      },
      courses: courses.map((row) => ({
        enrollmentId: row.id,
        course: { id: row.course_id, slug: row.slug, title: row.title },
        percent: row.percent ?? 0,
        completedLessons: row.completed_lessons ?? 0,
        requiredLessons: row.required_lessons ?? 0,
        completedAt: row.completed_at,
        lastActivityAt: row.last_activity_at,
        expiresAt: row.expires_at,
        nextLesson: nextLessonOf(row.id),
      })),
      activity: activityOf(days, at),
      streakDays: streakOf(new Set(days.map(({ day }) => day)), at),
    }
  }

  return { readDashboard }
}

type LearningDay = Awaited<ReturnType<typeof selectLearningDays>>[number]

/** The last 30 days, oldest first, those without learning too. */
function activityOf(days: readonly LearningDay[], at: Date): Dashboard['activity'] {
  const byDay = new Map(days.map((one) => [one.day, one]))
  return Array.from({ length: ACTIVITY_DAYS }, (_, index) => {
    const day = dayBefore(at, ACTIVITY_DAYS - 1 - index)
    const one = byDay.get(day)
    return { day, timeSpentSeconds: one?.time_spent_seconds ?? 0, lessonsCompleted: one?.lessons_completed ?? 0 }
  })
}

/** Days of learning in a row up to today, or to yesterday while today may still become one. */
function streakOf(days: ReadonlySet<string>, at: Date): number {
  const first = days.has(utcDayOf(at)) ? 0 : 1
  let count = 0
  while (days.has(dayBefore(at, first + count))) count++
  return count
}

function dayBefore(at: Date, days: number): string {
  return utcDayOf(new Date(at.getTime() - days * DAY_MS))
}
