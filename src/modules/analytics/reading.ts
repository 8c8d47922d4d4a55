import type { Kysely } from 'kysely'
import type { Principal } from '#modules/auth/index.ts'
import { accessCourse, courseNotFound, may } from '#modules/courses/index.ts'
import type { Database } from '../../database.ts'
import type { CourseAnalytics } from './schemas.ts'

/** The statistics of a course, for those who see its roster; everybody else learns nothing of them. */
export async function readCourseAnalytics(
  db: Kysely<Database>,
  caller: Principal,
  courseId: string,
  now: Date,
): Promise<CourseAnalytics> {
  const { standing } = await accessCourse(db, caller, { id: courseId }, now)
  if (!may(standing, 'see-roster')) throw courseNotFound({ course: courseId })
  const row = await db.selectFrom('course_statistics').selectAll().where('course_id', '=', courseId).executeTakeFirst()
  const enrolled = row?.enrolled ?? 0
  const per = (sum = 0) => (enrolled === 0 ? 0 : Math.round((sum / enrolled) * 100) / 100)
  return {
    courseId,
    enrolled,
    active: row?.active ?? 0,
    withdrawn: row?.withdrawn ?? 0,
    expired: row?.expired ?? 0,
    completed: row?.completed ?? 0,
    completionPercent: per((row?.completed ?? 0) * 100),
    averagePercent: per(row?.percent_sum),
    averageTimeSpentSeconds: per(row?.seconds_sum),
    computedAt: row?.computed_at ?? null,
  }
}
