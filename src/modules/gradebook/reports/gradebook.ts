import type { Principal } from '#modules/auth/index.ts'
import { requireCourseRight } from '#modules/courses/index.ts'
import { formatDecimal } from '#platform/decimal/decimal.ts'
import { readCursor, toPage } from '#platform/http/pagination.ts'
import { computeGrade, type Outcome, type Total } from '../calculation/compute-grade.ts'
import type { GradebookDeps } from '../deps.ts'
import {
  type Setup,
  selectSetup,
  toCategoryRule,
  toGradeCategory,
  toGradedItem,
  toGradeItem,
  toLetters,
  weightingOf,
} from '../setup/setup.ts'
import { type GradebookStudent, type PageGrade, parseGrades, selectStudentsWithGrades } from './queries.ts'
import type { Gradebook, GradebookQuery, GradebookRow } from './schemas.ts'

export function createGradebookReading({ db, now }: Pick<GradebookDeps, 'db' | 'now'>) {
  /** The gradebook of a course, students by name, for those who grade in it. */
  async function readGradebook(caller: Principal, courseId: string, query: GradebookQuery): Promise<Gradebook> {
    await requireCourseRight(db, caller, courseId, 'grade')
    const setup = await selectSetup(db, courseId)
    return { ...headOf(courseId, setup), ...(await readRows(setup, courseId, query)) }
  }

  /** The rows of one page of the gradebook, as `setup` counts them. */
  async function readRows(setup: Setup, courseId: string, query: GradebookQuery) {
    const { limit, cursor, withdrawn } = query
    const after = readCursor(cursor, 2)
    const filter = { courseId, withWithdrawn: withdrawn, after, limit: limit + 1 }
    const toRow = createRowMaker(setup, now())
    return toPage(await selectStudentsWithGrades(db, filter), limit, toRow, (row) => [
      row.search_text,
      row.enrollment_id,
    ])
  }

  return { readGradebook, readRows }
}

function headOf(courseId: string, { items, categories, scale }: Setup) {
  return {
    courseId,
    weighting: weightingOf(categories),
    letters: toLetters(scale),
    categories: categories.map(toGradeCategory),
    gradeItems: items.map(toGradeItem),
  }
}

/** What is the same for all students of a page is made once. */
function createRowMaker(setup: Setup, at: Date) {
  const items = setup.items.map(toGradedItem)
  const categories = setup.categories.map(toCategoryRule)
  const now = at.toISOString()

  return (row: GradebookStudent): GradebookRow => {
    const grade = computeGrade(items, categories, parseGrades(row.grades), setup.scale)
    const isOverdue = row.status === 'active' && row.expires_at !== null && row.expires_at <= now
    return {
      enrollmentId: row.enrollment_id,
      student: { id: row.user_id, fullName: row.full_name, email: row.email },
      status: isOverdue ? 'expired' : row.status,
      cells: items.map(({ id }) => toCell(grade.outcomes.get(id), grade.current.dropped.has(id))),
      current: toTotal(grade.current),
      final: toTotal(grade.final),
    }
  }
}

function toCell(outcome: Outcome<PageGrade> | undefined, isDropped: boolean): GradebookRow['cells'][number] {
  if (!outcome?.grade) return null
  const { points, latePenalty, overridePoints, isExcused, version } = outcome.grade
  return {
    points: points === null ? null : formatDecimal(points),
    latePenalty: formatDecimal(latePenalty),
    overridePoints: overridePoints === null ? null : formatDecimal(overridePoints),
    isExcused,
    counted: outcome.counted === null ? null : formatDecimal(outcome.counted),
    isDropped,
    version,
  }
}

export function toTotal({ percent, letter }: Total) {
  return { percent: percent === null ? null : formatDecimal(percent), letter }
}
