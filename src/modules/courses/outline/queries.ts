import type { Insertable, Kysely, Selectable, Updateable } from 'kysely'
import type { Database } from '../../../database.ts'
import type { LessonRow } from '../lessons/queries.ts'
import type { CoursesDatabase } from '../tables.ts'

type Executor = Kysely<Database>
export type ModuleRow = Selectable<CoursesDatabase['course_module']>

export function selectModule(db: Executor, id: string): Promise<ModuleRow | undefined> {
  return db.selectFrom('course_module').selectAll().where('id', '=', id).executeTakeFirst()
}

export function selectModules(db: Executor, courseId: string): Promise<ModuleRow[]> {
  return db.selectFrom('course_module').selectAll().where('course_id', '=', courseId).orderBy('position').execute()
}

export function insertModule(tx: Executor, values: Insertable<CoursesDatabase['course_module']>): Promise<ModuleRow> {
  return tx.insertInto('course_module').values(values).returningAll().executeTakeFirstOrThrow()
}

/** Changes the module and counts its version up. */
export function updateModule(
  tx: Executor,
  id: string,
  changes: Updateable<CoursesDatabase['course_module']> & { updated_at: string },
): Promise<ModuleRow> {
  return tx
    .updateTable('course_module')
    .set((eb) => ({ ...changes, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

export async function deleteModule(tx: Executor, id: string): Promise<void> {
  await tx.deleteFrom('course_module').where('id', '=', id).execute()
}

/** The lessons of a course in their order within each module, without their contents. */
export function selectOutlineLessons(
  db: Executor,
  courseId: string,
  { includesUnpublished }: { includesUnpublished: boolean },
): Promise<Omit<LessonRow, 'content'>[]> {
  return db
    .selectFrom('lesson')
    .select([
      'id',
      'course_id',
      'module_id',
      'title',
      'type',
      'position',
      'status',
      'is_preview',
      'is_required',
      'completion_rule',
      'completion_seconds',
      'release_at',
      'release_after_days',
      'created_at',
      'updated_at',
      'version',
    ])
    .where('course_id', '=', courseId)
    .$if(!includesUnpublished, (query) => query.where('status', '=', 'published'))
    .orderBy('position')
    .execute()
}

/** Ids of required lessons by the lesson that requires them, for one course. */
export async function selectPrerequisitesOfCourse(db: Executor, courseId: string): Promise<Map<string, string[]>> {
  const rows = await db
    .selectFrom('lesson_prerequisite')
    .innerJoin('lesson', 'lesson.id', 'lesson_prerequisite.lesson_id')
    .select(['lesson_prerequisite.lesson_id', 'lesson_prerequisite.required_lesson_id'])
    .where('lesson.course_id', '=', courseId)
    .orderBy('lesson_prerequisite.required_lesson_id')
    .execute()
  const byLesson = new Map<string, string[]>()
  for (const row of rows) {
    byLesson.set(row.lesson_id, [...(byLesson.get(row.lesson_id) ?? []), row.required_lesson_id])
  }
  return byLesson
}
