import type { Kysely } from 'kysely'
import { prepared } from '#platform/database/prepared.ts'
import type { Database } from '../../database.ts'

type Executor = Kysely<Database>

export type OutlineRow = Awaited<ReturnType<typeof selectOutline>>[number]

/** The published lessons of a course in their order, with what this enrollment has of each. */
export function selectOutline(db: Executor, courseId: string, enrollmentId: string) {
  return outline(db, { courseId, enrollmentId })
}

const outline = prepared((db: Executor, { courseId, enrollmentId }: { courseId: string; enrollmentId: string }) =>
  db
    .selectFrom('lesson')
    .innerJoin('course_module', 'course_module.id', 'lesson.module_id')
    .leftJoin('lesson_progress', (join) =>
      join.onRef('lesson_progress.lesson_id', '=', 'lesson.id').on('lesson_progress.enrollment_id', '=', enrollmentId),
    )
    .select([
      'lesson.id',
      'lesson.module_id',
      'lesson.title',
      'lesson.type',
      'lesson.is_required',
      'lesson.completion_rule',
      'lesson.completion_seconds',
      'lesson.release_at',
      'lesson.release_after_days',
      'lesson_progress.started_at',
      'lesson_progress.completed_at',
      'lesson_progress.time_spent_seconds',
    ])
    .where('lesson.course_id', '=', courseId)
    .where('lesson.status', '=', 'published')
    .orderBy('course_module.position')
    .orderBy('lesson.position')
    .orderBy('lesson.id'),
)

/** Which lesson of the course requires which. */
export function selectLessonPrerequisites(db: Executor, courseId: string) {
  return lessonPrerequisites(db, { courseId })
}

const lessonPrerequisites = prepared((db: Executor, { courseId }: { courseId: string }) =>
  db
    .selectFrom('lesson_prerequisite')
    .innerJoin('lesson', 'lesson.id', 'lesson_prerequisite.lesson_id')
    .select(['lesson_prerequisite.lesson_id', 'lesson_prerequisite.required_lesson_id'])
    .where('lesson.course_id', '=', courseId),
)

export async function selectSummary(db: Executor, enrollmentId: string) {
  return (await summary(db, { enrollmentId }))[0]
}

const summary = prepared((db: Executor, { enrollmentId }: { enrollmentId: string }) =>
  db.selectFrom('course_progress').selectAll().where('enrollment_id', '=', enrollmentId),
)
