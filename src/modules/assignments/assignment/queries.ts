import type { Insertable, Kysely, Selectable, Updateable } from 'kysely'
import { lockRow } from '#platform/database/dialect.ts'
import { prepared } from '#platform/database/prepared.ts'
import type { Database } from '../../../database.ts'
import type { AssignmentsDatabase } from '../tables.ts'

type Executor = Kysely<Database>
export type AssignmentRow = Selectable<AssignmentsDatabase['assignment']>

const assignmentOfLesson = prepared((db: Executor, { lessonId }: { lessonId: string }) =>
  db.selectFrom('assignment').selectAll().where('lesson_id', '=', lessonId),
)

export async function selectAssignment(db: Executor, lessonId: string): Promise<AssignmentRow | undefined> {
  return (await assignmentOfLesson(db, { lessonId }))[0]
}

/** The assignment, and nobody else changes it until the transaction ends. */
export function lockAssignment(tx: Executor, lessonId: string): Promise<AssignmentRow | undefined> {
  return lockRow(tx, tx.selectFrom('assignment').selectAll().where('lesson_id', '=', lessonId)).executeTakeFirst()
}

export function insertAssignment(
  tx: Executor,
  values: Insertable<AssignmentsDatabase['assignment']>,
): Promise<AssignmentRow> {
  return tx.insertInto('assignment').values(values).returningAll().executeTakeFirstOrThrow()
}

/** Changes the assignment and counts its version up. */
export function updateAssignment(
  tx: Executor,
  lessonId: string,
  changes: Updateable<AssignmentsDatabase['assignment']>,
): Promise<AssignmentRow> {
  return tx
    .updateTable('assignment')
    .set((eb) => ({ ...changes, version: eb('version', '+', 1) }))
    .where('lesson_id', '=', lessonId)
    .returningAll()
    .executeTakeFirstOrThrow()
}

export async function deleteAssignment(tx: Executor, lessonId: string): Promise<void> {
  await tx.deleteFrom('assignment').where('lesson_id', '=', lessonId).execute()
}
