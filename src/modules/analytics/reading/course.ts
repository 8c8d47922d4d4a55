import type { Kysely } from 'kysely'
import type { Principal } from '#modules/auth/index.ts'
import { accessCourse, courseNotFound, may } from '#modules/courses/index.ts'
import type { Database } from '../../../database.ts'
import { dayBefore, SERIES_DAYS } from '../counting/moment.ts'
import type { CourseAnalytics, CourseDays, CourseLessons } from '../schemas.ts'
import { courseNumbers, perEach, ratingOf, toSeries } from './numbers.ts'
import {
  selectAsOf,
  selectCourseDays,
  selectCourseRating,
  selectCourseStatistics,
  selectLessonStatistics,
} from './queries.ts'

type Executor = Kysely<Database>

/** The statistics of a course are for those who see its roster; everybody else learns nothing of them. */
export async function requireRoster(db: Executor, caller: Principal, courseId: string, now: Date): Promise<void> {
  const { standing } = await accessCourse(db, caller, { id: courseId }, now)
  if (!may(standing, 'see-roster')) throw courseNotFound({ course: courseId })
}

export async function readCourseAnalytics(
  db: Executor,
  caller: Principal,
  courseId: string,
  now: Date,
): Promise<CourseAnalytics> {
  await requireRoster(db, caller, courseId, now)
  const row = await selectCourseStatistics(db, courseId)
  return {
    courseId,
    asOf: row ? await selectAsOf(db) : null,
    ...courseNumbers(row),
    withdrawn: row?.withdrawn ?? 0,
    expired: row?.expired ?? 0,
    averageTimeSpentSeconds: perEach(row?.seconds_sum ?? 0, row?.enrolled ?? 0),
    rating: ratingOf(await selectCourseRating(db, courseId)),
  }
}

/** What happened in the course on each of the last 90 days. */
export async function readCourseDays(
  db: Executor,
  caller: Principal,
  courseId: string,
  now: Date,
): Promise<CourseDays> {
  await requireRoster(db, caller, courseId, now)
  const rows = await selectCourseDays(db, courseId, dayBefore(now, SERIES_DAYS - 1))
  return { courseId, asOf: await selectAsOf(db), days: toSeries(rows, now) }
}

/** How far students have come with each lesson, and where they stop. */
export async function readCourseLessons(
  db: Executor,
  caller: Principal,
  courseId: string,
  now: Date,
): Promise<CourseLessons> {
  await requireRoster(db, caller, courseId, now)
  const rows = await selectLessonStatistics(db, courseId)
  return {
    courseId,
    asOf: await selectAsOf(db),
    lessons: rows.map((row) => ({
      lessonId: row.id,
      moduleId: row.module_id,
      title: row.title,
      type: row.type,
      isRequired: row.is_required,
      completed: row.completed ?? 0,
      inProgress: row.in_progress ?? 0,
      medianTimeSpentSeconds: row.median_seconds,
      stoppedHere: row.stopped_here ?? 0,
    })),
  }
}
