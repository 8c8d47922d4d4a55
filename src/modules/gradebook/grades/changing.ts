import { type Actor, recordAudit } from '#modules/audit/index.ts'
import type { Principal } from '#modules/auth/index.ts'
import { requireCourseRight } from '#modules/courses/index.ts'
import { lockEnrollment } from '#modules/enrollments/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { parseDecimal } from '#platform/decimal/decimal.ts'
import { counter } from '#platform/metrics/metrics.ts'
import type { GradebookDeps } from '../deps.ts'
import { type Cell, type GradeEventRow, lockGrade, selectGrade } from '../grade-queries.ts'
import { gradeChangesTotal } from '../metrics.ts'
import { itemFollowsSource, ownGrade } from '../problems.ts'
import { changeGrade, eventOf, type GradeChange } from '../recording.ts'
import type { CheckVersion } from '../setup/version.ts'
import { requireCell, versionedGrade } from './reading.ts'
import type { ChangeGradeBody } from './schemas.ts'

interface Step {
  readonly event: GradeEventRow['event']
  readonly change: GradeChange
}

export function createChanging({ db, metrics, now }: Omit<GradebookDeps, 'newId'>) {
  const count = counter(metrics, gradeChangesTotal)

  /**
   * Enters a manual grade, overrides or excuses: each a line of history with the reason. Whoever grades may enter
   * manual grades; overriding and excusing needs the right to edit the course. Nobody changes his own grades.
   */
  async function changeGradeByHand(
    caller: Principal,
    cell: Cell,
    input: ChangeGradeBody,
    checkVersion: CheckVersion,
    actor: Actor,
  ) {
    const at = now()
    const reason = input.reason.trim()
    const { grade, made } = await inTransaction(db, async (tx) => {
      // Enrollment before grade, as everybody who grades locks them: the new row of a grade refers to its enrollment.
      const { enrollment, item } = await requireCell(tx, caller, cell, lockEnrollment)
      if (input.overridePoints !== undefined || input.isExcused !== undefined) {
        await requireCourseRight(tx, caller, enrollment.course_id, 'edit')
      }
      if (enrollment.user_id === caller.userId) throw ownGrade()
      if (input.points !== undefined && item.source !== 'manual') {
        throw itemFollowsSource({ source: item.source, fields: ['points'] })
      }
      let row = await lockGrade(tx, cell, at)
      checkVersion(row.version)
      const made: Step[] = []
      for (const step of stepsOf(input)) {
        const isChange = await changeGrade(tx, row, step.change, { event: step.event, actor, reason, at })
        if (!isChange) continue
        made.push(step)
        row = await lockGrade(tx, cell, at)
      }
      const details = { courseId: enrollment.course_id, itemId: cell.itemId, ...input, reason }
      for (const { event } of made) {
        const action = `grade.${event}` as const
        await recordAudit(tx, actor, { action, subjectType: 'enrollment', subjectId: enrollment.id, details }, at)
      }
      return { grade: versionedGrade(cell, await selectGrade(tx, cell)), made }
    })
    for (const { event } of made) count({ change: event })
    return grade
  }

  return { changeGradeByHand }
}

function stepsOf({ points, overridePoints, isExcused }: ChangeGradeBody): Step[] {
  const steps: Step[] = []
  if (points !== undefined) {
    const earned = points === null ? null : parseDecimal(points)
    steps.push({ ...eventOf(earned), change: { points: earned } })
  }
  if (overridePoints !== undefined) {
    const override = overridePoints === null ? null : parseDecimal(overridePoints)
    const event = override === null ? 'override-removed' : 'overridden'
    steps.push({ event, change: { override_points: override } })
  }
  if (isExcused !== undefined) {
    steps.push({ event: isExcused ? 'excused' : 'excuse-removed', change: { is_excused: isExcused } })
  }
  return steps
}
