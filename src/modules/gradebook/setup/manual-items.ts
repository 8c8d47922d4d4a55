import { type Actor, recordAudit } from '#modules/audit/index.ts'
import type { Principal } from '#modules/auth/index.ts'
import { insteadOfCourseNotFound, lockCourseFor, requireCourseRight } from '#modules/courses/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { parseDecimal } from '#platform/decimal/decimal.ts'
import type { GradebookDeps } from '../deps.ts'
import { type GradeItemRow, lockItem } from '../item-queries.ts'
import { gradeCategoryNotFound, gradeItemNotFound, itemFollowsSource, setupFull } from '../problems.ts'
import { insertItem, selectCategory, selectItem, selectItems, updateItemById } from './queries.ts'
import type { ChangeItemBody, NewItemBody } from './schemas.ts'
import { toGradeItem } from './setup.ts'
import type { CheckVersion } from './version.ts'

const ITEMS_MAX = 200

type Tx = GradebookDeps['db']

export function createItems({ db, now, newId }: Omit<GradebookDeps, 'metrics'>) {
  /** A column whose grades are entered by hand. */
  async function addItem(caller: Principal, courseId: string, input: NewItemBody, actor: Actor) {
    const at = now()
    return inTransaction(db, async (tx) => {
      await lockCourseFor(tx, caller, courseId, 'edit')
      if ((await selectItems(tx, courseId)).length >= ITEMS_MAX) {
        throw setupFull({ what: 'grade items', limit: ITEMS_MAX })
      }
      await requireCategory(tx, courseId, input.categoryId)
      const id = newId()
      const row = await insertItem(tx, {
        id,
        course_id: courseId,
        category_id: input.categoryId ?? null,
        source: 'manual',
        source_id: id,
        title: input.title.trim(),
        points_possible: parseDecimal(input.pointsPossible),
        is_extra_credit: input.isExtraCredit ?? false,
        is_released: input.isReleased ?? true,
        created_at: at.toISOString(),
        updated_at: at.toISOString(),
        removed_at: null,
      })
      await recordAudit(tx, actor, auditOf('grade-item.created', row, { ...input }), at)
      return versioned(row)
    })
  }

  async function readItem(caller: Principal, itemId: string) {
    const row = await selectItem(db, itemId)
    if (!row) throw gradeItemNotFound({ itemId })
    await hidden(requireCourseRight(db, caller, row.course_id, 'grade'), itemId)
    return versioned(row)
  }

  /** Title and points of a quiz or an assignment are its own business; where and whether it counts is decided here. */
  async function changeItem(
    caller: Principal,
    itemId: string,
    input: ChangeItemBody,
    checkVersion: CheckVersion,
    actor: Actor,
  ) {
    const at = now()
    return inTransaction(db, async (tx) => {
      const row = await lockForEdit(tx, caller, itemId)
      checkVersion(row.version)
      requireManual(row, input)
      await requireCategory(tx, row.course_id, input.categoryId)
      const changed = await updateItemById(tx, itemId, { ...columnsOf(input), updated_at: at.toISOString() })
      const before = Object.entries(toGradeItem(row)).filter(([name]) => name in input)
      const details = { before: Object.fromEntries(before), after: { ...input } }
      await recordAudit(tx, actor, auditOf('grade-item.changed', row, details), at)
      return versioned(changed)
    })
  }

  /** Takes a manual item out of the gradebook; its grades and their history stay in the database. */
  async function removeItem(caller: Principal, itemId: string, checkVersion: CheckVersion, actor: Actor) {
    const at = now()
    await inTransaction(db, async (tx) => {
      const row = await lockForEdit(tx, caller, itemId)
      checkVersion(row.version)
      if (row.source !== 'manual') throw itemFollowsSource({ source: row.source, fields: ['its removal'] })
      await updateItemById(tx, itemId, { removed_at: at.toISOString(), updated_at: at.toISOString() })
      await recordAudit(tx, actor, auditOf('grade-item.removed', row, { title: row.title }), at)
    })
  }

  return { addItem, readItem, changeItem, removeItem }
}

/** Locks the course first, as everybody does, then the item. */
async function lockForEdit(tx: Tx, caller: Principal, itemId: string): Promise<GradeItemRow> {
  const found = await selectItem(tx, itemId)
  if (!found) throw gradeItemNotFound({ itemId })
  await hidden(lockCourseFor(tx, caller, found.course_id, 'edit'), itemId)
  const row = await lockItem(tx, itemId)
  if (!row || row.removed_at !== null) throw gradeItemNotFound({ itemId })
  return row
}

function hidden<T>(work: Promise<T>, itemId: string): Promise<T> {
  return insteadOfCourseNotFound(work, () => gradeItemNotFound({ itemId }))
}

async function requireCategory(tx: Tx, courseId: string, categoryId: string | null | undefined): Promise<void> {
  if (categoryId == null) return
  const row = await selectCategory(tx, categoryId)
  if (row?.course_id !== courseId) throw gradeCategoryNotFound({ categoryId })
}

function requireManual(row: GradeItemRow, input: ChangeItemBody): void {
  const fields = (['title', 'pointsPossible'] as const).filter((name) => input[name] !== undefined)
  if (row.source !== 'manual' && fields.length > 0) throw itemFollowsSource({ source: row.source, fields })
}

function columnsOf({ title, pointsPossible, categoryId, isExtraCredit, isReleased }: ChangeItemBody) {
  return {
    ...(title !== undefined && { title: title.trim() }),
    ...(pointsPossible !== undefined && { points_possible: parseDecimal(pointsPossible) }),
    ...(categoryId !== undefined && { category_id: categoryId }),
    ...(isExtraCredit !== undefined && { is_extra_credit: isExtraCredit }),
    ...(isReleased !== undefined && { is_released: isReleased }),
  }
}

const versioned = (row: GradeItemRow) => ({ version: row.version, body: toGradeItem(row) })

function auditOf(
  action: `grade-item.${'created' | 'changed' | 'removed'}`,
  row: GradeItemRow,
  details: Record<string, unknown>,
) {
  return { action, subjectType: 'grade-item', subjectId: row.id, details: { courseId: row.course_id, ...details } }
}
