import type { Kysely } from 'kysely'
import { v7 as uuidv7 } from 'uuid'
import type { Actor } from '#modules/audit/index.ts'
import { type Decimal, formatDecimal } from '#platform/decimal/decimal.ts'
import type { Database } from '../../database.ts'
import {
  type Cell,
  type GradeEventRow,
  type GradeRow,
  insertGradeEvent,
  lockGrade,
  updateGrade,
} from './grade-queries.ts'
import { selectItemOf } from './item-queries.ts'
import type { GradeValues } from './tables.ts'

type Executor = Kysely<Database>

export interface RecordedGrade {
  readonly source: 'quiz' | 'assignment'
  readonly sourceId: string
  readonly enrollmentId: string
  /** Earned, before the penalty; null: not graded any more. */
  readonly points: Decimal | null
  /** Points to take off for being late; 0 when left out. */
  readonly latePenalty?: Decimal
  readonly actor: Actor
  /** Why, for the history: `Attempt 2 was submitted.` */
  readonly reason: string
  readonly at: Date
}

/**
 * Stores what a student has for a quiz or an assignment, with its line of history, in the caller's transaction; the
 * same grade again changes nothing. An override keeps counting, and what is excused stays excused. Throws when there is
 * no such item. Record grades of several students in the order of their enrollment ids: each one is locked.
 */
export async function recordGrade(tx: Executor, grade: RecordedGrade): Promise<void> {
  const item = await selectItemOf(tx, grade)
  if (!item) throw new Error(`There is no grade item for the ${grade.source} ${grade.sourceId}.`)
  const cell = { enrollmentId: grade.enrollmentId, itemId: item.id }
  const row = await lockGrade(tx, cell, grade.at)
  const late = grade.points === null ? 0 : (grade.latePenalty ?? 0)
  await changeGrade(tx, row, { points: grade.points, late_penalty: late }, { ...grade, ...eventOf(grade.points) })
}

export function eventOf(points: Decimal | null): { readonly event: GradeEventRow['event'] } {
  return { event: points === null ? 'cleared' : 'graded' }
}

export type GradeChange = Partial<Pick<GradeRow, 'points' | 'late_penalty' | 'override_points' | 'is_excused'>>

/** What the history says of a change: what, who, why and when. */
export interface ChangeRecord {
  readonly event: GradeEventRow['event']
  readonly actor: Actor
  readonly reason: string
  readonly at: Date
}

/** Changes a locked grade and adds to its history; false, and nothing is written, when it is as wanted already. */
export async function changeGrade(
  tx: Executor,
  row: GradeRow,
  change: GradeChange,
  { event, actor, reason, at }: ChangeRecord,
): Promise<boolean> {
  const [before, after] = [valuesOf(row), valuesOf({ ...row, ...change })]
  if (JSON.stringify(before) === JSON.stringify(after)) return false
  const cell: Cell = { enrollmentId: row.enrollment_id, itemId: row.item_id }
  const isGraded = change.points !== undefined
  const gradedAt = isGraded && { graded_at: change.points === null ? null : at.toISOString() }
  await updateGrade(tx, cell, { ...change, ...gradedAt, updated_at: at.toISOString() })
  await insertGradeEvent(tx, {
    id: uuidv7(),
    enrollment_id: row.enrollment_id,
    item_id: row.item_id,
    event,
    occurred_at: at.toISOString(),
    actor_id: actor.userId,
    reason,
    values_before: row.version === 0 ? null : JSON.stringify(before),
    values_after: JSON.stringify(after),
  })
  return true
}

export function valuesOf(
  row: Pick<GradeRow, 'points' | 'late_penalty' | 'override_points' | 'is_excused'>,
): GradeValues {
  return {
    points: row.points === null ? null : formatDecimal(row.points),
    latePenalty: formatDecimal(row.late_penalty),
    overridePoints: row.override_points === null ? null : formatDecimal(row.override_points),
    isExcused: row.is_excused,
  }
}
