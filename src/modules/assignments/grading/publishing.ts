import type { Kysely } from 'kysely'
import type { Actor } from '#modules/audit/index.ts'
import { recordGrade } from '#modules/gradebook/index.ts'
import type { Decimal } from '#platform/decimal/decimal.ts'
import type { Database } from '../../../database.ts'
import { nameOf } from '../assignment/grade-item.ts'
import type { AssignmentRow } from '../assignment/queries.ts'
import { latePenaltyOf } from '../assignment/rule.ts'
import type { AssignmentsDeps } from '../deps.ts'
import type { SubmissionRow } from '../submission/queries.ts'

export interface Result {
  readonly points: Decimal
  readonly latePenalty: Decimal
  readonly finalPoints: Decimal
  readonly isPassed: boolean
}

/** What a submission is worth by its points and its lateness; undefined: it has no grade. */
export function resultOf(
  assignment: AssignmentRow,
  { points, late_days }: Pick<SubmissionRow, 'points' | 'late_days'>,
): Result | undefined {
  if (points === null) return undefined
  const latePenalty = latePenaltyOf(assignment, points, late_days)
  const finalPoints = points - latePenalty
  const isPassed = assignment.pass_points === null || finalPoints >= assignment.pass_points
  return { points, latePenalty, finalPoints, isPassed }
}

export type Publishing = ReturnType<typeof createPublishing>

export function createPublishing({ progress }: Pick<AssignmentsDeps, 'progress'>) {
  /** Puts a released grade on the gradebook, and completes the lesson when it passes. The enrollment must be locked. */
  async function publishGrade(
    tx: Kysely<Database>,
    assignment: AssignmentRow,
    submission: SubmissionRow,
    { actor, reason, at }: { readonly actor: Actor; readonly reason: string; readonly at: Date },
  ): Promise<void> {
    const result = resultOf(assignment, submission)
    if (!result) return
    const { enrollment_id: enrollmentId, lesson_id: lessonId } = submission
    const { points, latePenalty, isPassed } = result
    await recordGrade(tx, { ...nameOf(lessonId), enrollmentId, points, latePenalty, actor, reason, at })
    if (isPassed) await progress.completeLesson(tx, { enrollmentId, lessonId }, at)
  }

  return { publishGrade }
}
