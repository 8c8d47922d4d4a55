import type { Insertable, Kysely, Selectable, Updateable } from 'kysely'
import { lockRow } from '#platform/database/dialect.ts'
import { prepared } from '#platform/database/prepared.ts'
import type { Database } from '../../../database.ts'
import type { GradeItemRow } from '../item-queries.ts'
import type { GradebookDatabase } from '../tables.ts'

type Executor = Kysely<Database>
export type CategoryRow = Selectable<GradebookDatabase['grade_category']>
export type RuleRow = Selectable<GradebookDatabase['grading_rule']>

/** The items of a course that are not removed, in the order in which they were made. */
export function selectItems(db: Executor, courseId: string): Promise<GradeItemRow[]> {
  return itemsOfCourse(db, { courseId })
}

const itemsOfCourse = prepared((db: Executor, { courseId }: { courseId: string }) =>
  db
    .selectFrom('grade_item')
    .selectAll()
    .where('course_id', '=', courseId)
    .where('removed_at', 'is', null)
    .orderBy('id'),
)

export function selectCategories(db: Executor, courseId: string): Promise<CategoryRow[]> {
  return categoriesOfCourse(db, { courseId })
}

const categoriesOfCourse = prepared((db: Executor, { courseId }: { courseId: string }) =>
  db.selectFrom('grade_category').selectAll().where('course_id', '=', courseId).orderBy('id'),
)

export function selectRule(db: Executor, courseId: string): Promise<RuleRow | undefined> {
  return db.selectFrom('grading_rule').selectAll().where('course_id', '=', courseId).executeTakeFirst()
}

export function insertCategory(
  tx: Executor,
  values: Insertable<GradebookDatabase['grade_category']>,
): Promise<CategoryRow> {
  return tx.insertInto('grade_category').values(values).returningAll().executeTakeFirstOrThrow()
}

export function selectCategory(db: Executor, id: string): Promise<CategoryRow | undefined> {
  return db.selectFrom('grade_category').selectAll().where('id', '=', id).executeTakeFirst()
}

/** The category, and nobody else changes it until the transaction ends. */
export function lockCategory(tx: Executor, id: string): Promise<CategoryRow | undefined> {
  return lockRow(tx, tx.selectFrom('grade_category').selectAll().where('id', '=', id)).executeTakeFirst()
}

/** Changes the category and counts its version up. */
export function updateCategory(
  tx: Executor,
  id: string,
  changes: Updateable<GradebookDatabase['grade_category']>,
): Promise<CategoryRow> {
  return tx
    .updateTable('grade_category')
    .set((eb) => ({ ...changes, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** Its items stay, in no category. */
export async function deleteCategory(tx: Executor, id: string): Promise<void> {
  await tx.deleteFrom('grade_category').where('id', '=', id).execute()
}

export function insertItem(tx: Executor, values: Insertable<GradebookDatabase['grade_item']>): Promise<GradeItemRow> {
  return tx.insertInto('grade_item').values(values).returningAll().executeTakeFirstOrThrow()
}

export function selectItem(db: Executor, id: string): Promise<GradeItemRow | undefined> {
  return db.selectFrom('grade_item').selectAll().where('id', '=', id).where('removed_at', 'is', null).executeTakeFirst()
}

/** Changes the item and counts its version up. */
export function updateItemById(
  tx: Executor,
  id: string,
  changes: Updateable<GradebookDatabase['grade_item']>,
): Promise<GradeItemRow> {
  return tx
    .updateTable('grade_item')
    .set((eb) => ({ ...changes, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** Writes the rule of a course whose row the caller has locked. */
export function storeRule(tx: Executor, courseId: string, letters: string, at: string): Promise<RuleRow> {
  return tx
    .insertInto('grading_rule')
    .values({ course_id: courseId, letters, updated_at: at })
    .onConflict((conflict) =>
      conflict
        .column('course_id')
        .doUpdateSet((eb) => ({ letters, updated_at: at, version: eb('grading_rule.version', '+', 1) })),
    )
    .returningAll()
    .executeTakeFirstOrThrow()
}
