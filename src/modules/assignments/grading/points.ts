import { formatDecimal, parseDecimal } from '#platform/decimal/decimal.ts'
import { type FieldError, invalidRequest } from '#platform/http/problems.ts'
import type { AssignmentRow } from '../assignment/queries.ts'
import type { RubricMark } from '../tables.ts'
import type { GradeBody } from './schemas.ts'

/** The points and marks of a grade; a 400 names what does not fit the assignment or its rubric. */
export function pointsOf(input: GradeBody, assignment: AssignmentRow): { points: number; marks: RubricMark[] | null } {
  const errors: FieldError[] = []
  const marks = marksOf(input, assignment, errors)
  const isComplete = marks !== null && marks.length === (assignment.rubric?.length ?? 0)
  if (input.points === undefined && !isComplete && errors.length === 0) {
    const message = assignment.rubric
      ? 'is required unless rubricMarks has one for each criterion'
      : 'is required, since this assignment has no rubric'
    errors.push({ pointer: '/body/points', message })
  }
  const sum = (marks ?? []).reduce((all, mark) => all + parseDecimal(mark.points), 0)
  const points = input.points === undefined ? sum : parseDecimal(input.points)
  if (points > assignment.points_possible) {
    const message = `must not be more than the ${formatDecimal(assignment.points_possible)} points possible`
    errors.push({ pointer: '/body/points', message })
  }
  if (errors.length > 0) throw invalidRequest({ errors })
  return { points, marks }
}

function marksOf({ rubricMarks }: GradeBody, { rubric }: AssignmentRow, errors: FieldError[]): RubricMark[] | null {
  if (!rubricMarks?.length) return null
  const seen = new Set<string>()
  const marks = rubricMarks.flatMap(({ criterionId, levelId, comment = '' }, index): RubricMark[] => {
    const refuse = (field: string, message: string) => {
      errors.push({ pointer: `/body/rubricMarks/${index}/${field}`, message })
      return []
    }
    const criterion = rubric?.find((one) => one.id === criterionId)
    if (!criterion) return refuse('criterionId', 'is no criterion of the rubric')
    if (seen.has(criterionId)) return refuse('criterionId', 'is there twice')
    seen.add(criterionId)
    const level = criterion.levels.find((one) => one.id === levelId)
    if (!level) return refuse('levelId', 'is no level of this criterion')
    return [{ criterionId, levelId, points: level.points, comment }]
  })
  return marks
}
