import type { Insertable, Kysely, Selectable, Updateable } from 'kysely'
import { lockRow } from '#platform/database/dialect.ts'
import type { Database } from '../../database.ts'
import type { ItemGrade } from './calculation/compute-grade.ts'
import type { GradebookDatabase } from './tables.ts'

type Executor = Kysely<Database>
export type GradeRow = Selectable<GradebookDatabase['grade']>
export type GradeEventRow = Selectable<GradebookDatabase['grade_event']>

/** One cell of the gradebook. */
export interface Cell {
  readonly enrollmentId: string
  readonly itemId: string
}

/** The grade, made empty when there is none, and nobody else changes it until the transaction ends. */
export async function lockGrade(tx: Executor, { enrollmentId, itemId }: Cell, at: Date): Promise<GradeRow> {
  await tx
    .insertInto('grade')
    .values({ enrollment_id: enrollmentId, item_id: itemId, points: null, updated_at: at.toISOString() })
    .onConflict((conflict) => conflict.columns(['enrollment_id', 'item_id']).doNothing())
    .execute()
  const query = tx
    .selectFrom('grade')
    .selectAll()
    .where('enrollment_id', '=', enrollmentId)
    .where('item_id', '=', itemId)
  return lockRow(tx, query).executeTakeFirstOrThrow()
}

/** Changes the grade and counts its version up. */
export async function updateGrade(
  tx: Executor,
  { enrollmentId, itemId }: Cell,
  changes: Updateable<GradebookDatabase['grade']>,
): Promise<void> {
  await tx
    .updateTable('grade')
    .set((eb) => ({ ...changes, version: eb('version', '+', 1) }))
    .where('enrollment_id', '=', enrollmentId)
    .where('item_id', '=', itemId)
    .execute()
}

export async function insertGradeEvent(
  tx: Executor,
  values: Insertable<GradebookDatabase['grade_event']>,
): Promise<void> {
  await tx.insertInto('grade_event').values(values).execute()
}

export function selectGrade(db: Executor, { enrollmentId, itemId }: Cell): Promise<GradeRow | undefined> {
  return db
    .selectFrom('grade')
    .selectAll()
    .where('enrollment_id', '=', enrollmentId)
    .where('item_id', '=', itemId)
    .executeTakeFirst()
}

/** A line of history with the name of who did it; null: the system, or an account that is gone. */
export type NamedEvent = GradeEventRow & { full_name: string | null }

/** Oldest first. */
export function selectEvents(
  db: Executor,
  { enrollmentId, itemId }: Cell,
  after: string | number | null | undefined,
  limit: number,
): Promise<NamedEvent[]> {
  let query = db
    .selectFrom('grade_event')
    .leftJoin('user_account', 'user_account.id', 'grade_event.actor_id')
    .selectAll('grade_event')
    .select('user_account.full_name')
    .where('grade_event.enrollment_id', '=', enrollmentId)
    .where('grade_event.item_id', '=', itemId)
  if (after !== undefined) query = query.where('grade_event.id', '>', String(after))
  return query.orderBy('grade_event.id').limit(limit).execute()
}

/** The grade as the calculation takes it. */
export function toItemGrade(row: GradeRow): ItemGrade {
  return {
    itemId: row.item_id,
    points: row.points,
    latePenalty: row.late_penalty,
    overridePoints: row.override_points,
    isExcused: row.is_excused,
  }
}
