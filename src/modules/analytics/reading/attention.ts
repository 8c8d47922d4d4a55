import { type Kysely, sql } from 'kysely'
import type { Principal } from '#modules/auth/index.ts'
import { type PageRequest, type Position, readTimeCursor, toPage } from '#platform/http/pagination.ts'
import type { Database } from '../../../database.ts'
import { momentsOf } from '../counting/moment.ts'
import type { AttentionPage } from '../schemas.ts'
import { requireRoster } from './course.ts'

type Executor = Kysely<Database>

/** The students of a course who need attention at this moment, those silent for longest first. */
export async function listAttention(
  db: Executor,
  caller: Principal,
  courseId: string,
  page: PageRequest,
  now: Date,
): Promise<AttentionPage> {
  await requireRoster(db, caller, courseId, now)
  const rows = await selectSilent(db, courseId, now, readTimeCursor(page.cursor), page.limit + 1)
  return toPage(
    rows,
    page.limit,
    (row) => ({
      enrollmentId: row.id,
      user: { id: row.user_id, fullName: row.full_name, email: row.email },
      percent: row.percent ?? 0,
      enrolledAt: row.enrolled_at,
      lastActivityAt: row.last_activity_at,
    }),
    (row) => [row.silent_since, row.id],
  )
}

/** The same rule as in `storeCourseStatistics`, which counts them. */
function selectSilent(db: Executor, courseId: string, now: Date, after: Position | undefined, limit: number) {
  const { present, silent } = momentsOf(now)
  const since = sql<string>`coalesce(course_progress.last_activity_at, enrollment.enrolled_at)`
  const [time, id] = after ?? []
  return db
    .selectFrom('enrollment')
    .innerJoin('user_account', 'user_account.id', 'enrollment.user_id')
    .leftJoin('course_progress', 'course_progress.enrollment_id', 'enrollment.id')
    .select([
      'enrollment.id',
      'enrollment.user_id',
      'enrollment.enrolled_at',
      'user_account.full_name',
      'user_account.email',
      'course_progress.percent',
      'course_progress.last_activity_at',
      since.as('silent_since'),
    ])
    .where('enrollment.course_id', '=', courseId)
    .where('enrollment.status', '=', 'active')
    .where((eb) => eb.or([eb('enrollment.expires_at', 'is', null), eb('enrollment.expires_at', '>', present)]))
    .where('course_progress.completed_at', 'is', null)
    .where(since, '<', silent)
    .$if(after !== undefined, (query) =>
      query.where((eb) =>
        eb.or([
          eb(since, '>', String(time)),
          eb.and([eb(since, '=', String(time)), eb('enrollment.id', '>', String(id))]),
        ]),
      ),
    )
    .orderBy(since)
    .orderBy('enrollment.id')
    .limit(limit)
    .execute()
}
