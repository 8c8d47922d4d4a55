import type { Principal } from '#modules/auth/index.ts'
import { type EnrollmentRow, requireEnrollment, selectEnrollment } from '#modules/enrollments/index.ts'
import { formatDecimal } from '#platform/decimal/decimal.ts'
import { readCursor, toPage } from '#platform/http/pagination.ts'
import { outcomeOf } from '../calculation/compute-grade.ts'
import type { GradebookDeps } from '../deps.ts'
import { type Cell, type GradeRow, type NamedEvent, selectEvents, selectGrade, toItemGrade } from '../grade-queries.ts'
import type { GradeItemRow } from '../item-queries.ts'
import { gradeItemNotFound } from '../problems.ts'
import { valuesOf } from '../recording.ts'
import { selectItem } from '../setup/queries.ts'
import type { EventsQuery, Grade, GradeEvent } from './schemas.ts'

type Executor = GradebookDeps['db']

export function createGradeReading({ db }: Pick<GradebookDeps, 'db'>) {
  /** One cell of the gradebook, for staff; version 0 while there is nothing in it. */
  async function readGrade(caller: Principal, cell: Cell) {
    await requireCell(db, caller, cell)
    return versionedGrade(cell, await selectGrade(db, cell))
  }

  /** What happened to a grade, oldest first, for staff. */
  async function listEvents(caller: Principal, cell: Cell, { limit, cursor }: EventsQuery) {
    await requireCell(db, caller, cell)
    const rows = await selectEvents(db, cell, readCursor(cursor, 1)?.[0], limit + 1)
    return toPage(rows, limit, toGradeEvent, (row) => [row.id])
  }

  return { readGrade, listEvents }
}

/**
 * The enrollment, read or locked by `select`, and the item of a cell, for those who grade in its course; 404 for an item
 * of another course.
 */
export async function requireCell(
  db: Executor,
  caller: Principal,
  { enrollmentId, itemId }: Cell,
  select: typeof selectEnrollment = selectEnrollment,
): Promise<{ enrollment: EnrollmentRow; item: GradeItemRow }> {
  const found = await select(db, enrollmentId)
  const enrollment = await requireEnrollment(db, caller, enrollmentId, found, { owner: false, staff: 'grade' })
  const item = await selectItem(db, itemId)
  if (item?.course_id !== enrollment.course_id) throw gradeItemNotFound({ itemId })
  return { enrollment, item }
}

export function versionedGrade({ enrollmentId, itemId }: Cell, row: GradeRow | undefined) {
  const values = row ? valuesOf(row) : { points: null, latePenalty: '0', overridePoints: null, isExcused: false }
  const { state, counted } = outcomeOf(row && toItemGrade(row))
  const isWritten = row !== undefined && row.version > 0
  const body: Grade = {
    enrollmentId,
    itemId,
    state,
    ...values,
    counted: counted === null ? null : formatDecimal(counted),
    gradedAt: row?.graded_at ?? null,
    updatedAt: isWritten ? row.updated_at : null,
  }
  return { version: row?.version ?? 0, body }
}

function toGradeEvent(row: NamedEvent): GradeEvent {
  return {
    id: row.id,
    event: row.event,
    occurredAt: row.occurred_at,
    actor: row.actor_id === null ? null : { id: row.actor_id, fullName: row.full_name ?? '' },
    reason: row.reason,
    before: row.values_before,
    after: row.values_after,
  }
}
