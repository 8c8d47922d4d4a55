import type { Principal } from '#modules/auth/index.ts'
import { createDeadlineCalculator, selectAccommodationsOfItem } from '#modules/deadlines/index.ts'
import { formatDecimal } from '#platform/decimal/decimal.ts'
import { type Position, readCursor, toPage } from '#platform/http/pagination.ts'
import type { AssignmentRow } from '../assignment/queries.ts'
import { ruleOf } from '../assignment/rule.ts'
import type { AssignmentsDeps } from '../deps.ts'
import { requireAssignment } from '../gate.ts'
import { resultOf } from './publishing.ts'
import { type RosterRow, selectSubmissionRoster } from './queries.ts'
import type { SubmissionEntry, SubmissionsQuery } from './schemas.ts'

export function createListing({ db, now }: Pick<AssignmentsDeps, 'db' | 'now'>) {
  /** Who has handed in what for an assignment and who has not, by name, for the staff of the course. */
  async function listSubmissions(
    caller: Principal,
    lessonId: string,
    { limit, cursor, filter }: SubmissionsQuery,
  ): Promise<{ items: SubmissionEntry[]; nextCursor: string | null }> {
    const { assignment } = await requireAssignment(db, caller, lessonId, 'see-roster')
    const at = now()
    const courseId = assignment.course_id
    const granted = await selectAccommodationsOfItem(db, { courseId, itemId: lessonId })
    const calculate = createDeadlineCalculator(ruleOf(assignment))
    const dueAtOf = (userId: string) => calculate(granted.get(userId) ?? [], { startedAt: null }).dueAt
    const toItem = (row: RosterRow) => toEntry(assignment, row, dueAtOf(row.user_id), at)

    const found: RosterRow[] = []
    let after = readCursor(cursor, 2)
    // Who is missing depends on his own due date, which only the calculator knows: read on until the page is full.
    while (found.length <= limit) {
      const rows = await selectSubmissionRoster(
        db,
        { courseId, lessonId },
        { filter, at: at.toISOString(), after, limit: limit + 1 },
      )
      found.push(...(filter === 'missing' ? rows.filter((row) => toItem(row).isMissing) : rows))
      const last = rows.at(-1)
      if (rows.length <= limit || last === undefined) break
      after = positionOf(last)
    }
    return toPage(found, limit, toItem, positionOf)
  }

  return { listSubmissions }
}

const positionOf = (row: RosterRow): Position => [row.full_name, row.enrollment_id]

function toEntry(assignment: AssignmentRow, row: RosterRow, dueAt: string | null, at: Date): SubmissionEntry {
  return {
    enrollmentId: row.enrollment_id,
    student: { id: row.user_id, fullName: row.full_name },
    dueAt,
    isMissing: row.id === null && dueAt !== null && new Date(dueAt) < at,
    submission: toSubmissionPart(assignment, row),
  }
}

function toSubmissionPart(assignment: AssignmentRow, row: RosterRow): SubmissionEntry['submission'] {
  const { id, latest_number, submitted_at, late_days, points } = row
  if (id === null || latest_number === null || submitted_at === null || late_days === null) return null
  const result = resultOf(assignment, { points, late_days })
  return {
    id,
    groupId: row.group_id,
    state: row.is_waiting ? 'waiting' : row.released_at === null ? 'graded' : 'released',
    number: latest_number,
    submittedAt: submitted_at,
    lateDays: late_days,
    reopenedAt: row.reopened_at,
    points: result ? formatDecimal(result.points) : null,
    finalPoints: result ? formatDecimal(result.finalPoints) : null,
  }
}
