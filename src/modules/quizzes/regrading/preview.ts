import type { VersionOfQuestion } from '#modules/questions/index.ts'
import { formatDecimal } from '#platform/decimal/decimal.ts'
import { scoreOf } from '../attempts/score.ts'
import { gradeByKey, type Key } from './keys.ts'
import type { selectAnswersTo } from './queries.ts'
import type { RegradePreview } from './schemas.ts'

type AskedAnswer = Awaited<ReturnType<typeof selectAnswersTo>>[number]
type Change = RegradePreview['changes'][number]

/**
 * Who would change and by how much if these answers to one question were graded by `key`; `taken` are the versions
 * that they were given to, by id. Pure: what it says is what applying does, as long as nothing else happens meanwhile.
 */
export function previewRegrade(
  answers: readonly AskedAnswer[],
  taken: ReadonlyMap<string, VersionOfQuestion>,
  key: Key,
): RegradePreview {
  const submitted = answers.filter(({ status }) => status !== 'open')
  const automatic = submitted.filter((row) => row.graded_by === null)
  return {
    answers: submitted.length,
    openAttempts: answers.length - submitted.length,
    keptByHand: submitted.length - automatic.length,
    changes: automatic.flatMap((row) => {
      const version = taken.get(row.question_version_id)
      const after = version && gradeByKey(version, row.answer, row.points_possible, key).points
      return typeof after !== 'number' || after === row.points ? [] : [toChange(row, after)]
    }),
  }
}

function toChange(row: AskedAnswer, after: number): Change {
  const attemptAfter = row.attempt_points === null ? null : row.attempt_points - (row.points ?? 0) + after
  const possible = { points_possible: row.attempt_possible, passing_percent: row.passing_percent }
  return {
    attemptId: row.attempt_id,
    attemptNumber: row.number,
    position: row.position,
    student: { id: row.student_id, fullName: row.full_name },
    pointsBefore: row.points === null ? null : formatDecimal(row.points),
    pointsAfter: formatDecimal(after),
    attemptPointsBefore: row.attempt_points === null ? null : formatDecimal(row.attempt_points),
    attemptPointsAfter: attemptAfter === null ? null : formatDecimal(attemptAfter),
    isPassedBefore: row.is_passed,
    isPassedAfter: scoreOf([{ points: attemptAfter }], possible).isPassed,
  }
}
