import type { Kysely } from 'kysely'
import type { Principal } from '#modules/auth/index.ts'
import { type StaffRole, standingOf } from '#modules/courses/index.ts'
import { type PageRequest, readCursor, toPage } from '#platform/http/pagination.ts'
import type { Database } from '../../../database.ts'
import { dayBefore, SERIES_DAYS } from '../counting/moment.ts'
import type { SystemOverview, TeachingOverview } from '../schemas.ts'
import { courseNumbers, perEach, ratingOf, toSeries } from './numbers.ts'
import {
  selectAsOf,
  selectSystemDays,
  selectSystemStatistics,
  selectTaughtCourses,
  selectTaughtTotals,
} from './queries.ts'

type Executor = Kysely<Database>

const staffRoles: readonly StaffRole[] = ['owner', 'co-instructor', 'teaching-assistant']

/** How the courses do whose staff the caller belongs to, by title. */
export async function readTeaching(db: Executor, caller: Principal, page: PageRequest): Promise<TeachingOverview> {
  const taught = {
    userId: caller.userId,
    // A role in a course gives rights only to those who may have it: somebody is no instructor any more, perhaps.
    staffRoles: staffRoles.filter((role) => standingOf(caller, role) !== undefined),
  }
  const position = readCursor(page.cursor, 2)
  const rows = await selectTaughtCourses(db, taught, position, page.limit + 1)
  return {
    asOf: await selectAsOf(db),
    totals: await selectTaughtTotals(db, taught),
    ...toPage(
      rows,
      page.limit,
      (row) => ({
        courseId: row.id,
        slug: row.slug,
        title: row.title,
        status: row.status,
        staffRole: row.staff_role,
        ...courseNumbers(row),
        rating: ratingOf(row),
      }),
      (row) => [row.sort_title, row.id],
    ),
  }
}

/** How the whole institution does, for administrators. */
export async function readSystem(db: Executor, now: Date): Promise<SystemOverview> {
  const row = await selectSystemStatistics(db)
  const days = toSeries(await selectSystemDays(db, dayBefore(now, SERIES_DAYS - 1)), now)
  const total = row?.enrolled ?? 0
  const completed = row?.completed ?? 0
  return {
    asOf: row?.counted_at ?? null,
    users: {
      administrators: row?.administrators ?? 0,
      instructors: row?.instructors ?? 0,
      students: row?.students ?? 0,
      deactivated: row?.deactivated ?? 0,
    },
    activeStudents: { last7Days: row?.active_7_days ?? 0, last30Days: row?.active_30_days ?? 0 },
    courses: {
      draft: row?.draft_courses ?? 0,
      published: row?.published_courses ?? 0,
      archived: row?.archived_courses ?? 0,
    },
    enrollments: { total, active: row?.active ?? 0, completed },
    completionPercent: perEach(completed * 100, total),
    averagePercent: perEach(row?.percent_sum ?? 0, total),
    days,
  }
}
