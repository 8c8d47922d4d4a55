import { type ExpressionBuilder, type Kysely, type SqlBool, sql } from 'kysely'
import { foldForSearch } from '#modules/users/index.ts'
import { prepared } from '#platform/database/prepared.ts'
import type { Position } from '#platform/http/pagination.ts'
import type { Database } from '../../database.ts'
import type { EnrollmentRow } from './as-of.ts'

type Executor = Kysely<Database>

export interface ListWish {
  readonly status?: EnrollmentRow['status'] | undefined
  readonly at: Date
  readonly after: Position | undefined
  readonly limit: number
}

/** The stored progress that belongs to a row; nulls where there is none. */
export interface WithProgress {
  percent: number | null
  completed_lessons: number | null
  required_lessons: number | null
  time_spent_seconds: number | null
  last_activity_at: string | null
  completed_at: string | null
}

const progressColumns = [
  'course_progress.percent',
  'course_progress.completed_lessons',
  'course_progress.required_lessons',
  'course_progress.time_spent_seconds',
  'course_progress.last_activity_at',
  'course_progress.completed_at',
] as const

interface MyPage extends Pick<ListWish, 'after' | 'limit'> {
  readonly userId: string
}

export function selectMyPage(db: Executor, userId: string, { status, at, after, limit }: ListWish) {
  const page = { userId, after, limit }
  if (status === undefined) return myPage(db, page)
  return myPageQuery(db, page)
    .where((eb) => isNow(eb, status, at))
    .execute()
}

const myPage = prepared(myPageQuery)

function myPageQuery(db: Executor, { userId, after, limit }: MyPage) {
  return db
    .selectFrom('enrollment')
    .innerJoin('course', 'course.id', 'enrollment.course_id')
    .leftJoin('course_progress', 'course_progress.enrollment_id', 'enrollment.id')
    .selectAll('enrollment')
    .select(['course.slug as course_slug', 'course.title as course_title', ...progressColumns])
    .where('enrollment.user_id', '=', userId)
    .$if(after !== undefined, (query) => query.where((eb) => isAfter(eb, after)))
    .orderBy('enrollment.enrolled_at', 'desc')
    .orderBy('enrollment.id', 'desc')
    .limit(limit)
}

export function selectRosterPage(
  db: Executor,
  courseId: string,
  { status, at, after, limit, search }: ListWish & { readonly search?: string | undefined },
) {
  return db
    .selectFrom('enrollment')
    .innerJoin('user_account', 'user_account.id', 'enrollment.user_id')
    .leftJoin('course_progress', 'course_progress.enrollment_id', 'enrollment.id')
    .selectAll('enrollment')
    .select(['user_account.full_name', 'user_account.email', ...progressColumns])
    .where('enrollment.course_id', '=', courseId)
    .$if(status !== undefined, (query) => query.where((eb) => isNow(eb, status, at)))
    .$if(after !== undefined, (query) => query.where((eb) => isAfter(eb, after)))
    .$if(search !== undefined, (query) => query.where(isNamed(search ?? '')))
    .orderBy('enrollment.enrolled_at', 'desc')
    .orderBy('enrollment.id', 'desc')
    .limit(limit)
    .execute()
}

export function selectEventPage(
  db: Executor,
  enrollmentId: string,
  after: Position[number] | undefined,
  limit: number,
) {
  return db
    .selectFrom('enrollment_event')
    .selectAll()
    .where('enrollment_id', '=', enrollmentId)
    .$if(after !== undefined, (query) => query.where('id', '>', String(after)))
    .orderBy('id')
    .limit(limit)
    .execute()
}

type Where = ExpressionBuilder<Database, 'enrollment'>

/** The SQL twin of `asOf`: rows that have this status at `at`, whatever the job has seen. */
function isNow(eb: Where, status: EnrollmentRow['status'] | undefined, at: Date) {
  const active = eb('enrollment.status', '=', 'active')
  const endless = eb('enrollment.expires_at', 'is', null)
  const now = at.toISOString()
  switch (status) {
    case 'active':
      return eb.and([active, eb.or([endless, eb('enrollment.expires_at', '>', now)])])
    case 'expired':
      return eb.or([eb('enrollment.status', '=', 'expired'), eb.and([active, eb('enrollment.expires_at', '<=', now)])])
    default:
      return eb('enrollment.status', '=', 'withdrawn')
  }
}

function isAfter(eb: Where, after: Position | undefined) {
  const [time, id] = after as readonly [string, string]
  return eb(eb.refTuple('enrollment.enrolled_at', 'enrollment.id'), '<', eb.tuple(time, id))
}

/** `\` escapes the wildcards on both databases. */
function isNamed(text: string) {
  const pattern = `%${foldForSearch(text).replace(/[\\%_]/g, '\\$&')}%`
  return sql<SqlBool>`user_account.search_text like ${pattern} escape '\\'`
}
