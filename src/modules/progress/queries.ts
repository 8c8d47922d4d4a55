import type { Insertable, Kysely } from 'kysely'
import { lockRow } from '#platform/database/dialect.ts'
import { prepared } from '#platform/database/prepared.ts'
import type { Database } from '../../database.ts'
import type { ProgressDatabase } from './tables.ts'

type Executor = Kysely<Database>

/** Those of the enrollments whose course is completed. */
export async function selectCompletedAmong(db: Executor, enrollmentIds: readonly string[]): Promise<Set<string>> {
  const rows = await db
    .selectFrom('course_progress')
    .select('enrollment_id')
    .where('enrollment_id', 'in', enrollmentIds)
    .where('completed_at', 'is not', null)
    .execute()
  return new Set(rows.map((row) => row.enrollment_id))
}

export type LessonState = NonNullable<Awaited<ReturnType<typeof selectLessonState>>>

/**
 * A published lesson of a course with what this enrollment has of it, and whether the course is completed. Read it
 * after the lock on the enrollment: a statement that waits for the lock itself sees the lesson as it was before.
 */
export async function selectLessonState(db: Executor, enrollmentId: string, courseId: string, lessonId: string) {
  return (await lessonState(db, { enrollmentId, courseId, lessonId }))[0]
}

interface LessonOfEnrollment {
  readonly enrollmentId: string
  readonly courseId: string
  readonly lessonId: string
}

const lessonState = prepared((db: Executor, { enrollmentId, courseId, lessonId }: LessonOfEnrollment) =>
  db
    .selectFrom('lesson')
    .leftJoin('lesson_progress', (join) =>
      join.onRef('lesson_progress.lesson_id', '=', 'lesson.id').on('lesson_progress.enrollment_id', '=', enrollmentId),
    )
    .leftJoin('course_progress', (join) => join.on('course_progress.enrollment_id', '=', enrollmentId))
    .select((eb) => [
      'lesson.id',
      'lesson.type',
      'lesson.completion_rule',
      'lesson.completion_seconds',
      'lesson.release_at',
      'lesson.release_after_days',
      'lesson_progress.started_at',
      'lesson_progress.completed_at',
      'lesson_progress.time_spent_seconds',
      'course_progress.completed_at as course_completed_at',
      eb
        .exists(
          eb
            .selectFrom('lesson_prerequisite')
            .select('lesson_id')
            .whereRef('lesson_prerequisite.lesson_id', '=', 'lesson.id'),
        )
        .as('has_prerequisites'),
    ])
    .where('lesson.id', '=', lessonId)
    .where('lesson.course_id', '=', courseId)
    .where('lesson.status', '=', 'published'),
)

export interface LessonChange {
  readonly enrollmentId: string
  readonly lessonId: string
  /** Added to the measured time. */
  readonly seconds: number
  readonly isCompleted: boolean
  readonly at: Date
}

/** Adds to what an enrollment has of a lesson; a completion that is stored stays as it is. */
export async function storeLesson(tx: Executor, change: LessonChange): Promise<void> {
  const at = change.at.toISOString()
  await upsertLesson(tx, {
    enrollment_id: change.enrollmentId,
    lesson_id: change.lessonId,
    started_at: at,
    completed_at: change.isCompleted ? at : null,
    time_spent_seconds: change.seconds,
    last_activity_at: at,
  })
}

const upsertLesson = prepared((tx: Executor, row: Insertable<ProgressDatabase['lesson_progress']>) =>
  tx
    .insertInto('lesson_progress')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['enrollment_id', 'lesson_id']).doUpdateSet((eb) => ({
        completed_at: eb.fn.coalesce('lesson_progress.completed_at', 'excluded.completed_at'),
        time_spent_seconds: eb('lesson_progress.time_spent_seconds', '+', eb.ref('excluded.time_spent_seconds')),
        last_activity_at: eb.ref('excluded.last_activity_at'),
      })),
    ),
)

/** Adds to a person's UTC day. */
export async function storeLearningDay(
  tx: Executor,
  userId: string,
  at: Date,
  { seconds, lessons }: { seconds: number; lessons: number },
): Promise<void> {
  await upsertLearningDay(tx, {
    user_id: userId,
    day: utcDayOf(at),
    time_spent_seconds: seconds,
    lessons_completed: lessons,
  })
}

const upsertLearningDay = prepared((tx: Executor, row: Insertable<ProgressDatabase['learning_day']>) =>
  tx
    .insertInto('learning_day')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['user_id', 'day']).doUpdateSet((eb) => ({
        time_spent_seconds: eb('learning_day.time_spent_seconds', '+', eb.ref('excluded.time_spent_seconds')),
        lessons_completed: eb('learning_day.lessons_completed', '+', eb.ref('excluded.lessons_completed')),
      })),
    ),
)

export function utcDayOf(at: Date): string {
  return at.toISOString().slice(0, 10)
}

/** When this person's time was counted last; nobody else counts it until the transaction ends. */
export async function lockHeartbeat(tx: Executor, userId: string): Promise<string | undefined> {
  const query = tx.selectFrom('heartbeat').select('beat_at').where('user_id', '=', userId)
  return (await lockRow(tx, query).executeTakeFirst())?.beat_at
}

export async function storeHeartbeat(tx: Executor, userId: string, at: Date): Promise<void> {
  const beat_at = at.toISOString()
  await tx
    .insertInto('heartbeat')
    .values({ user_id: userId, beat_at })
    .onConflict((conflict) => conflict.column('user_id').doUpdateSet({ beat_at }))
    .execute()
}
