import type { Principal } from '#modules/auth/index.ts'
import { accessCourse } from '#modules/courses/index.ts'
import { requireEnrollment, selectEnrollment } from '#modules/enrollments/index.ts'
import { formatDecimal } from '#platform/decimal/decimal.ts'
import { type ComputedGrade, computeGrade } from '../calculation/compute-grade.ts'
import { percentOf } from '../calculation/ratio.ts'
import type { GradebookDeps } from '../deps.ts'
import { type GradeRow, toItemGrade } from '../grade-queries.ts'
import type { GradeItemRow } from '../item-queries.ts'
import { neverEnrolled } from '../problems.ts'
import { type Setup, selectSetup, toCategoryRule, toGradedItem, toLetters } from '../setup/setup.ts'
import { explainGrade } from './explanation.ts'
import { toTotal } from './gradebook.ts'
import { selectEnrollmentIn, selectGradesOf } from './queries.ts'
import type { StudentGrades } from './schemas.ts'

type Executor = GradebookDeps['db']

export function createStudentReading({ db, now }: Pick<GradebookDeps, 'db' | 'now'>) {
  /** The caller's own grades in a course, released ones only, also after his enrollment has ended. */
  async function readMyGrades(caller: Principal, courseId: string): Promise<StudentGrades> {
    await accessCourse(db, caller, { id: courseId }, now())
    const enrollment = await selectEnrollmentIn(db, courseId, caller.userId)
    if (!enrollment) throw neverEnrolled()
    return readGrades(db, courseId, enrollment.id, { withHidden: false })
  }

  /** The grades of one student with all items, released or not, for those who grade in the course. */
  async function readStudentGrades(caller: Principal, enrollmentId: string): Promise<StudentGrades> {
    const row = await selectEnrollment(db, enrollmentId)
    const enrollment = await requireEnrollment(db, caller, enrollmentId, row, { owner: false, staff: 'grade' })
    return readGrades(db, enrollment.course_id, enrollmentId, { withHidden: true })
  }

  return { readMyGrades, readStudentGrades }
}

/** The final total of an enrollment as its student sees it: what is not graded counts as nothing earned. */
export async function readFinalGrade(
  db: Executor,
  enrollment: { readonly id: string; readonly course_id: string },
): Promise<{ readonly percent: string | null; readonly letter: string | null }> {
  return (await readGrades(db, enrollment.course_id, enrollment.id, { withHidden: false })).final
}

async function readGrades(
  db: Executor,
  courseId: string,
  enrollmentId: string,
  { withHidden }: { readonly withHidden: boolean },
): Promise<StudentGrades> {
  const all = await selectSetup(db, courseId)
  const setup = { ...all, items: all.items.filter((item) => withHidden || item.is_released) }
  const grades = await selectGradesOf(db, enrollmentId)
  const computed = computeGrade(
    setup.items.map(toGradedItem),
    setup.categories.map(toCategoryRule),
    grades.map(toItemGrade),
    setup.scale,
  )
  const gradeOf = new Map(grades.map((row) => [row.item_id, row]))
  return {
    enrollmentId,
    courseId,
    weighting: computed.weighting,
    current: toTotal(computed.current),
    final: toTotal(computed.final),
    letters: toLetters(setup.scale),
    categories: toCategories(setup, computed),
    items: setup.items.map((item) => toStudentItem(item, gradeOf.get(item.id), computed)),
    steps: explainGrade(setup, gradeOf, computed),
  }
}

function toCategories(setup: Setup, { current }: ComputedGrade): StudentGrades['categories'] {
  const rowOf = new Map(setup.categories.map((row) => [row.id, row]))
  return current.categories.flatMap(({ categoryId, weight, earned, possible, ratio }) => {
    const row = categoryId === null ? undefined : rowOf.get(categoryId)
    if (!row && !setup.items.some((item) => item.category_id === null)) return []
    return {
      categoryId,
      title: row?.title ?? null,
      weight: weight === null ? null : formatDecimal(weight),
      dropLowest: row?.drop_lowest ?? 0,
      earned: formatDecimal(earned),
      possible: formatDecimal(possible),
      percent: ratio && formatDecimal(percentOf(ratio)),
    }
  })
}

function toStudentItem(
  item: GradeItemRow,
  grade: GradeRow | undefined,
  { outcomes, current }: ComputedGrade,
): StudentGrades['items'][number] {
  const { state = 'ungraded', counted = null } = outcomes.get(item.id) ?? {}
  return {
    itemId: item.id,
    title: item.title,
    source: item.source,
    categoryId: item.category_id,
    pointsPossible: formatDecimal(item.points_possible),
    isExtraCredit: item.is_extra_credit,
    isReleased: item.is_released,
    state,
    points: grade?.points == null ? null : formatDecimal(grade.points),
    latePenalty: formatDecimal(grade?.late_penalty ?? 0),
    isOverridden: grade?.override_points != null,
    counted: counted === null ? null : formatDecimal(counted),
    isDropped: current.dropped.has(item.id),
    gradedAt: grade?.graded_at ?? null,
  }
}
