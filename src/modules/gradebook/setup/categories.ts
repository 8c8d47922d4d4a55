import { type Actor, recordAudit } from '#modules/audit/index.ts'
import type { Principal } from '#modules/auth/index.ts'
import { type CourseRight, insteadOfCourseNotFound, lockCourseFor, requireCourseRight } from '#modules/courses/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { parseDecimal } from '#platform/decimal/decimal.ts'
import type { GradebookDeps } from '../deps.ts'
import { gradeCategoryNotFound, setupFull } from '../problems.ts'
import {
  type CategoryRow,
  deleteCategory,
  insertCategory,
  lockCategory,
  selectCategories,
  selectCategory,
  updateCategory,
} from './queries.ts'
import type { ChangeCategoryBody, NewCategoryBody } from './schemas.ts'
import { toGradeCategory } from './setup.ts'
import type { CheckVersion } from './version.ts'

const CATEGORIES_MAX = 50

type Tx = GradebookDeps['db']

export function createCategories({ db, now, newId }: Omit<GradebookDeps, 'metrics'>) {
  async function addCategory(caller: Principal, courseId: string, input: NewCategoryBody, actor: Actor) {
    const at = now()
    return inTransaction(db, async (tx) => {
      await lockCourseFor(tx, caller, courseId, 'edit')
      if ((await selectCategories(tx, courseId)).length >= CATEGORIES_MAX) {
        throw setupFull({ what: 'grade categories', limit: CATEGORIES_MAX })
      }
      const row = await insertCategory(tx, {
        id: newId(),
        course_id: courseId,
        title: input.title.trim(),
        weight: weightOf(input.weight),
        drop_lowest: input.dropLowest ?? 0,
        created_at: at.toISOString(),
        updated_at: at.toISOString(),
      })
      await recordAudit(tx, actor, auditOf('grade-category.created', row, { ...input }), at)
      return versioned(row)
    })
  }

  async function readCategory(caller: Principal, categoryId: string) {
    const row = await selectCategory(db, categoryId)
    if (!row) throw gradeCategoryNotFound({ categoryId })
    await hidden(requireCourseRight(db, caller, row.course_id, 'grade'), categoryId)
    return versioned(row)
  }

  /** A new weight or number of drops changes every total at once: totals are not stored. */
  async function changeCategory(
    caller: Principal,
    categoryId: string,
    input: ChangeCategoryBody,
    checkVersion: CheckVersion,
    actor: Actor,
  ) {
    const at = now()
    return inTransaction(db, async (tx) => {
      const row = await lockFor(tx, caller, categoryId, 'edit')
      checkVersion(row.version)
      const changed = await updateCategory(tx, categoryId, {
        ...(input.title !== undefined && { title: input.title.trim() }),
        ...(input.weight !== undefined && { weight: weightOf(input.weight) }),
        ...(input.dropLowest !== undefined && { drop_lowest: input.dropLowest }),
        updated_at: at.toISOString(),
      })
      const { title, weight, dropLowest } = toGradeCategory(row)
      const details = { before: { title, weight, dropLowest }, after: { ...input } }
      await recordAudit(tx, actor, auditOf('grade-category.changed', row, details), at)
      return versioned(changed)
    })
  }

  async function removeCategory(caller: Principal, categoryId: string, checkVersion: CheckVersion, actor: Actor) {
    await inTransaction(db, async (tx) => {
      const row = await lockFor(tx, caller, categoryId, 'edit')
      checkVersion(row.version)
      await deleteCategory(tx, categoryId)
      const { title, weight, dropLowest } = toGradeCategory(row)
      await recordAudit(tx, actor, auditOf('grade-category.deleted', row, { title, weight, dropLowest }), now())
    })
  }

  return { addCategory, readCategory, changeCategory, removeCategory }
}

/** Locks the course first, as everybody does, then the category. */
async function lockFor(tx: Tx, caller: Principal, categoryId: string, right: CourseRight): Promise<CategoryRow> {
  const found = await selectCategory(tx, categoryId)
  if (!found) throw gradeCategoryNotFound({ categoryId })
  await hidden(lockCourseFor(tx, caller, found.course_id, right), categoryId)
  const row = await lockCategory(tx, categoryId)
  if (!row) throw gradeCategoryNotFound({ categoryId })
  return row
}

function hidden<T>(work: Promise<T>, categoryId: string): Promise<T> {
  return insteadOfCourseNotFound(work, () => gradeCategoryNotFound({ categoryId }))
}

const versioned = (row: CategoryRow) => ({ version: row.version, body: toGradeCategory(row) })

function weightOf(weight: string | null | undefined) {
  return weight == null ? null : parseDecimal(weight)
}

function auditOf(
  action: `grade-category.${'created' | 'changed' | 'deleted'}`,
  row: CategoryRow,
  details: Record<string, unknown>,
) {
  return { action, subjectType: 'grade-category', subjectId: row.id, details: { courseId: row.course_id, ...details } }
}
