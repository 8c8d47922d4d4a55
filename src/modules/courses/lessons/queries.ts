import type { Insertable, Kysely, Selectable, Updateable } from 'kysely'
import type { Database } from '../../../database.ts'
import type { CoursesDatabase } from '../tables.ts'

type Executor = Kysely<Database>
export type LessonRow = Selectable<CoursesDatabase['lesson']>

export function selectLesson(db: Executor, id: string): Promise<LessonRow | undefined> {
  return db.selectFrom('lesson').selectAll().where('id', '=', id).executeTakeFirst()
}

export function insertLesson(tx: Executor, values: Insertable<CoursesDatabase['lesson']>): Promise<LessonRow> {
  return tx.insertInto('lesson').values(values).returningAll().executeTakeFirstOrThrow()
}

/** Changes the lesson and counts its version up. */
export function updateLesson(
  tx: Executor,
  id: string,
  changes: Updateable<CoursesDatabase['lesson']> & { updated_at: string },
): Promise<LessonRow> {
  return tx
    .updateTable('lesson')
    .set((eb) => ({ ...changes, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

export async function countLessonsOfModule(db: Executor, moduleId: string): Promise<number> {
  const { count } = await db
    .selectFrom('lesson')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('module_id', '=', moduleId)
    .executeTakeFirstOrThrow()
  return count
}

export async function selectLessonIdsOfModule(db: Executor, moduleId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('lesson')
    .select('id')
    .where('module_id', '=', moduleId)
    .orderBy('position')
    .execute()
  return rows.map((row) => row.id)
}

export async function selectLessonIdsOfCourse(db: Executor, courseId: string): Promise<string[]> {
  const rows = await db.selectFrom('lesson').select('id').where('course_id', '=', courseId).execute()
  return rows.map((row) => row.id)
}

/** Deletes the lesson, also from the prerequisites of others; fails on a foreign key when anything refers to it. */
export async function deleteLesson(tx: Executor, id: string): Promise<void> {
  await deletePrerequisites(tx, id)
  await tx.deleteFrom('lesson_prerequisite').where('required_lesson_id', '=', id).execute()
  await tx.deleteFrom('lesson').where('id', '=', id).execute()
}

/** The lesson then requires no other. */
export async function deletePrerequisites(tx: Executor, lessonId: string): Promise<void> {
  await tx.deleteFrom('lesson_prerequisite').where('lesson_id', '=', lessonId).execute()
}

export async function insertPrerequisites(tx: Executor, lessonId: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  const rows = ids.map((id) => ({ lesson_id: lessonId, required_lesson_id: id }))
  await tx.insertInto('lesson_prerequisite').values(rows).execute()
}

export async function selectPrerequisiteIds(
  db: Executor,
  lessonId: string,
  { publishedOnly }: { publishedOnly: boolean },
): Promise<string[]> {
  const rows = await db
    .selectFrom('lesson_prerequisite')
    .innerJoin('lesson', 'lesson.id', 'lesson_prerequisite.required_lesson_id')
    .select('lesson.id')
    .where('lesson_prerequisite.lesson_id', '=', lessonId)
    .$if(publishedOnly, (query) => query.where('lesson.status', '=', 'published'))
    .orderBy('lesson.id')
    .execute()
  return rows.map((row) => row.id)
}

/** Whether this enrollment has completed the lesson, whatever happened to either since. */
export async function selectHasCompleted(db: Executor, lessonId: string, enrollmentId: string): Promise<boolean> {
  const row = await db
    .selectFrom('lesson_progress')
    .select('lesson_id')
    .where('enrollment_id', '=', enrollmentId)
    .where('lesson_id', '=', lessonId)
    .where('completed_at', 'is not', null)
    .executeTakeFirst()
  return row !== undefined
}

/** Published lessons that `lessonId` requires and that this enrollment has not completed. */
export async function selectMissingPrerequisiteIds(
  db: Executor,
  lessonId: string,
  enrollmentId: string,
): Promise<string[]> {
  const rows = await db
    .selectFrom('lesson_prerequisite')
    .innerJoin('lesson', 'lesson.id', 'lesson_prerequisite.required_lesson_id')
    .leftJoin('lesson_progress', (join) =>
      join.onRef('lesson_progress.lesson_id', '=', 'lesson.id').on('lesson_progress.enrollment_id', '=', enrollmentId),
    )
    .select('lesson.id')
    .where('lesson_prerequisite.lesson_id', '=', lessonId)
    .where('lesson.status', '=', 'published')
    .where('lesson_progress.completed_at', 'is', null)
    .orderBy('lesson.id')
    .execute()
  return rows.map((row) => row.id)
}
