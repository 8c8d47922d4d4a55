import type { Principal } from '#modules/auth/index.ts'
import { requireCourseRight } from '#modules/courses/index.ts'
import { readCursor, readTimeCursor, toPage } from '#platform/http/pagination.ts'
import { requireEnrollment } from './access.ts'
import { asOf, type EnrollmentRow, toEnrollment } from './as-of.ts'
import type { EnrollmentsDeps } from './deps.ts'
import { selectEventPage, selectMyPage, selectRosterPage, type WithProgress } from './list-queries.ts'
import { selectEnrollment } from './queries.ts'
import type { Enrollment, EnrollmentEvent, MyEnrollment, ProgressSummary, RosterEntry } from './schemas.ts'

export interface ListRequest {
  readonly limit: number
  readonly cursor?: string
  readonly status?: Enrollment['status']
}

interface List<T> {
  readonly items: T[]
  readonly nextCursor: string | null
}

export function createReading({ db, now }: Pick<EnrollmentsDeps, 'db' | 'now'>) {
  /** The caller's own enrollments with course and progress, newest first. */
  async function listMine(caller: Principal, { limit, cursor, status }: ListRequest): Promise<List<MyEnrollment>> {
    const at = now()
    const rows = await selectMyPage(db, caller.userId, { status, at, after: readTimeCursor(cursor), limit: limit + 1 })
    const toItem = (row: (typeof rows)[number]): MyEnrollment => ({
      ...toEnrollment(asOf(row, at)),
      course: { id: row.course_id, slug: row.course_slug, title: row.course_title },
      progress: toProgressSummary(row),
    })
    return toPage(rows, limit, toItem, positionOf)
  }

  /** The enrollments of one course, for its staff, newest first. */
  async function listRoster(
    caller: Principal,
    courseId: string,
    { limit, cursor, status, q }: ListRequest & { readonly q?: string },
  ): Promise<List<RosterEntry>> {
    await requireCourseRight(db, caller, courseId, 'see-roster')
    const at = now()
    const wanted = { status, at, after: readTimeCursor(cursor), limit: limit + 1, search: q }
    const rows = await selectRosterPage(db, courseId, wanted)
    const toItem = (row: (typeof rows)[number]): RosterEntry => ({
      ...toEnrollment(asOf(row, at)),
      user: { id: row.user_id, fullName: row.full_name, email: row.email },
      progress: toProgressSummary(row),
    })
    return toPage(rows, limit, toItem, positionOf)
  }

  /** One enrollment, for its student and for staff. */
  async function readEnrollment(caller: Principal, enrollmentId: string): Promise<EnrollmentRow> {
    return asOf(await requireReadable(caller, enrollmentId), now())
  }

  /** What happened to an enrollment, oldest first. */
  async function listEvents(
    caller: Principal,
    enrollmentId: string,
    { limit, cursor }: ListRequest,
  ): Promise<List<EnrollmentEvent>> {
    await requireReadable(caller, enrollmentId)
    const after = readCursor(cursor, 1)?.[0]
    const rows = await selectEventPage(db, enrollmentId, after, limit + 1)
    const toItem = (row: (typeof rows)[number]): EnrollmentEvent => ({
      id: row.id,
      event: row.event,
      occurredAt: row.occurred_at,
      actorId: row.actor_id,
      expiresAt: row.expires_at,
    })
    return toPage(rows, limit, toItem, (row) => [row.id])
  }

  async function requireReadable(caller: Principal, enrollmentId: string): Promise<EnrollmentRow> {
    const row = await selectEnrollment(db, enrollmentId)
    return requireEnrollment(db, caller, enrollmentId, row, { owner: true, staff: 'see-roster' })
  }

  return { listMine, listRoster, readEnrollment, listEvents }
}

const positionOf = (row: EnrollmentRow) => [row.enrolled_at, row.id]

function toProgressSummary(row: WithProgress): ProgressSummary {
  return {
    percent: row.percent ?? 0,
    completedLessons: row.completed_lessons ?? 0,
    requiredLessons: row.required_lessons ?? 0,
    timeSpentSeconds: row.time_spent_seconds ?? 0,
    lastActivityAt: row.last_activity_at,
    completedAt: row.completed_at,
  }
}
