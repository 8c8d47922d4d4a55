import { type Kysely, sql } from 'kysely'
import type { Database } from '../../database.ts'

type Executor = Kysely<Database>

/** A person's active enrollments with course and stored progress, those learnt in last first. */
export function selectActiveCourses(db: Executor, userId: string, at: string, limit: number) {
  return db
    .selectFrom('enrollment')
    .innerJoin('course', 'course.id', 'enrollment.course_id')
    .leftJoin('course_progress', 'course_progress.enrollment_id', 'enrollment.id')
    .select([
      'enrollment.id',
      'enrollment.course_id',
      'enrollment.expires_at',
      'course.slug',
      'course.title',
      'course_progress.percent',
      'course_progress.completed_lessons',
      'course_progress.required_lessons',
      'course_progress.completed_at',
      'course_progress.last_activity_at',
    ])
    .where('enrollment.user_id', '=', userId)
    .where('enrollment.status', '=', 'active')
    .where((eb) => eb.or([eb('enrollment.expires_at', 'is', null), eb('enrollment.expires_at', '>', at)]))
    .orderBy((eb) => eb.fn.coalesce('course_progress.last_activity_at', 'enrollment.enrolled_at'), 'desc')
    .orderBy('enrollment.id', 'desc')
    .limit(limit)
    .execute()
}

/** Published lessons that these enrollments have not completed, in the order of their courses. */
export async function selectUncompletedLessons(db: Executor, enrollmentIds: readonly string[]) {
  if (enrollmentIds.length === 0) return []
  return db
    .selectFrom('enrollment')
    .innerJoin('lesson', 'lesson.course_id', 'enrollment.course_id')
    .innerJoin('course_module', 'course_module.id', 'lesson.module_id')
    .leftJoin('lesson_progress', (join) =>
      join
        .onRef('lesson_progress.enrollment_id', '=', 'enrollment.id')
        .onRef('lesson_progress.lesson_id', '=', 'lesson.id'),
    )
    .select((eb) => [
      'enrollment.id as enrollment_id',
      'enrollment.enrolled_at',
      'lesson.id',
      'lesson.title',
      'lesson.type',
      'lesson.release_at',
      'lesson.release_after_days',
      eb
        .exists(
          eb
            .selectFrom('lesson_prerequisite')
            .innerJoin('lesson as required', 'required.id', 'lesson_prerequisite.required_lesson_id')
            .leftJoin('lesson_progress as done', (join) =>
              join.onRef('done.lesson_id', '=', 'required.id').onRef('done.enrollment_id', '=', 'enrollment.id'),
            )
            .select('required.id')
            .whereRef('lesson_prerequisite.lesson_id', '=', 'lesson.id')
            .where('required.status', '=', 'published')
            .where('done.completed_at', 'is', null),
        )
        .as('is_waiting'),
    ])
    .where('enrollment.id', 'in', enrollmentIds)
    .where('lesson.status', '=', 'published')
    .where('lesson_progress.completed_at', 'is', null)
    .orderBy('course_module.position')
    .orderBy('lesson.position')
    .orderBy('lesson.id')
    .execute()
}

export function selectLearningDays(db: Executor, userId: string, from: string, to: string) {
  return db
    .selectFrom('learning_day')
    .select(['day', 'time_spent_seconds', 'lessons_completed'])
    .where('user_id', '=', userId)
    .where('day', '>=', from)
    .where('day', '<=', to)
    .execute()
}

/** Over all enrollments of a person: how many are active now, completed ever, and the time spent. */
export function selectTotals(db: Executor, userId: string, at: string) {
  return db
    .selectFrom('enrollment')
    .leftJoin('course_progress', 'course_progress.enrollment_id', 'enrollment.id')
    .select([
      sql<number | null>`sum(case when enrollment.status = 'active'
        and (enrollment.expires_at is null or enrollment.expires_at > ${at}) then 1 else 0 end)`.as('active'),
      sql<number>`count(course_progress.completed_at)`.as('completed'),
      sql<number | null>`sum(course_progress.time_spent_seconds)`.as('seconds'),
    ])
    .where('enrollment.user_id', '=', userId)
    .executeTakeFirstOrThrow()
}
