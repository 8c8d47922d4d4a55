import type { Kysely } from 'kysely'
import type { StaffRole } from '#modules/courses/index.ts'
import type { Position } from '#platform/http/pagination.ts'
import type { Database } from '../../../database.ts'

type Executor = Kysely<Database>

export function selectSystemStatistics(db: Executor) {
  return db.selectFrom('system_statistics').selectAll().executeTakeFirst()
}

export async function selectAsOf(db: Executor): Promise<string | null> {
  const row = await db.selectFrom('system_statistics').select('counted_at').executeTakeFirst()
  return row?.counted_at ?? null
}

export function selectCourseStatistics(db: Executor, courseId: string) {
  return db.selectFrom('course_statistics').selectAll().where('course_id', '=', courseId).executeTakeFirst()
}

export function selectCourseRating(db: Executor, courseId: string) {
  return db
    .selectFrom('course_rating')
    .select(['review_count', 'rating_sum'])
    .where('course_id', '=', courseId)
    .executeTakeFirst()
}

export function selectCourseDays(db: Executor, courseId: string, from: string) {
  return db.selectFrom('course_day').selectAll().where('course_id', '=', courseId).where('day', '>=', from).execute()
}

export function selectSystemDays(db: Executor, from: string) {
  return db.selectFrom('system_day').selectAll().where('day', '>=', from).execute()
}

/** The published lessons of a course in their order, with what was counted of them. */
export function selectLessonStatistics(db: Executor, courseId: string) {
  return db
    .selectFrom('lesson')
    .innerJoin('course_module', 'course_module.id', 'lesson.module_id')
    .leftJoin('lesson_statistics', 'lesson_statistics.lesson_id', 'lesson.id')
    .select([
      'lesson.id',
      'lesson.module_id',
      'lesson.title',
      'lesson.type',
      'lesson.is_required',
      'lesson_statistics.completed',
      'lesson_statistics.in_progress',
      'lesson_statistics.median_seconds',
      'lesson_statistics.stopped_here',
    ])
    .where('lesson.course_id', '=', courseId)
    .where('lesson.status', '=', 'published')
    .orderBy('course_module.position')
    .orderBy('lesson.position')
    .orderBy('lesson.id')
    .execute()
}

interface Taught {
  readonly userId: string
  readonly staffRoles: readonly StaffRole[]
}

function taughtCourses(db: Executor, { userId, staffRoles }: Taught) {
  return db
    .selectFrom('course_staff')
    .innerJoin('course', 'course.id', 'course_staff.course_id')
    .leftJoin('course_statistics', 'course_statistics.course_id', 'course.id')
    .where('course_staff.user_id', '=', userId)
    .where('course_staff.staff_role', 'in', staffRoles)
}

/** The courses in which somebody has one of these roles, by title, after `position`. */
export function selectTaughtCourses(db: Executor, taught: Taught, position: Position | undefined, limit: number) {
  const [title, id] = position ?? []
  return taughtCourses(db, taught)
    .leftJoin('course_rating', 'course_rating.course_id', 'course.id')
    .select([
      'course.id',
      'course.slug',
      'course.title',
      'course.sort_title',
      'course.status',
      'course_staff.staff_role',
      'course_statistics.enrolled',
      'course_statistics.active',
      'course_statistics.completed',
      'course_statistics.percent_sum',
      'course_statistics.active_7_days',
      'course_statistics.active_30_days',
      'course_statistics.needs_attention',
      'course_rating.review_count',
      'course_rating.rating_sum',
    ])
    .$if(position !== undefined, (query) =>
      query.where((eb) => eb(eb.refTuple('course.sort_title', 'course.id'), '>', eb.tuple(String(title), String(id)))),
    )
    .orderBy('course.sort_title')
    .orderBy('course.id')
    .limit(limit)
    .execute()
}

export async function selectTaughtTotals(db: Executor, taught: Taught) {
  const row = await taughtCourses(db, taught)
    .select((eb) => [
      eb.fn.countAll<number>().as('courses'),
      eb.fn.sum<number | string | null>('course_statistics.enrolled').as('enrolled'),
      eb.fn.sum<number | string | null>('course_statistics.active').as('active'),
      eb.fn.sum<number | string | null>('course_statistics.completed').as('completed'),
      eb.fn.sum<number | string | null>('course_statistics.needs_attention').as('needsAttention'),
    ])
    .executeTakeFirstOrThrow()
  return {
    courses: row.courses,
    enrolled: Number(row.enrolled ?? 0),
    active: Number(row.active ?? 0),
    completed: Number(row.completed ?? 0),
    needsAttention: Number(row.needsAttention ?? 0),
  }
}
