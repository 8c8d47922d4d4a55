import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Database } from '../../../database.ts'

type Executor = Kysely<Database>

/** Numbers the modules of a course from 0 in the order of `ids`. */
export async function updateModulePositions(tx: Executor, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await tx
    .updateTable('course_module')
    .set({ position: indexIn(ids) })
    .where('id', 'in', ids)
    .execute()
}

/** Puts the lessons `ids` into the module, numbered from 0 in this order. */
export async function updateLessonPositions(tx: Executor, moduleId: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await tx
    .updateTable('lesson')
    .set({ module_id: moduleId, position: indexIn(ids) })
    .where('id', 'in', ids)
    .execute()
}

/** True when both hold the same ids, each once. */
export function isPermutation(ids: readonly string[], of: readonly string[]): boolean {
  const wanted = new Set(ids)
  return ids.length === of.length && wanted.size === ids.length && of.every((id) => wanted.has(id))
}

function indexIn(ids: readonly string[]): RawBuilder<number> {
  const cases = ids.map((id, index) => sql`when ${id} then ${sql.lit(index)}`)
  return sql<number>`case id ${sql.join(cases, sql` `)} end`
}
