import type { Insertable, Kysely, Selectable, Updateable } from 'kysely'
import { lockRow } from '#platform/database/dialect.ts'
import type { Database } from '../../database.ts'
import type { GradebookDatabase, GradeSource } from './tables.ts'

type Executor = Kysely<Database>
export type GradeItemRow = Selectable<GradebookDatabase['grade_item']>

/** How another module names its item. */
export interface ItemName {
  readonly source: GradeSource
  readonly sourceId: string
}

/** Inserts the item, or brings back the one that was removed, with the title and points of `values`. */
export async function insertOrRestoreItem(
  tx: Executor,
  values: Insertable<GradebookDatabase['grade_item']>,
): Promise<GradeItemRow> {
  return tx
    .insertInto('grade_item')
    .values(values)
    .onConflict((conflict) =>
      conflict.columns(['source', 'source_id']).doUpdateSet((eb) => ({
        title: values.title,
        points_possible: values.points_possible,
        updated_at: values.updated_at,
        removed_at: null,
        version: eb('grade_item.version', '+', 1),
      })),
    )
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** Also removed items: work that was under way when its item was removed is still graded. */
export function selectItemOf(db: Executor, { source, sourceId }: ItemName): Promise<GradeItemRow | undefined> {
  return db
    .selectFrom('grade_item')
    .selectAll()
    .where('source', '=', source)
    .where('source_id', '=', sourceId)
    .executeTakeFirst()
}

/** The item, and nobody else changes it until the transaction ends. */
export function lockItem(tx: Executor, id: string): Promise<GradeItemRow | undefined> {
  return lockRow(tx, tx.selectFrom('grade_item').selectAll().where('id', '=', id)).executeTakeFirst()
}

/** Changes the item and counts its version up. */
export async function updateItem(
  tx: Executor,
  { source, sourceId }: ItemName,
  changes: Updateable<GradebookDatabase['grade_item']>,
): Promise<void> {
  await tx
    .updateTable('grade_item')
    .set((eb) => ({ ...changes, version: eb('version', '+', 1) }))
    .where('source', '=', source)
    .where('source_id', '=', sourceId)
    .execute()
}
