import { type Kysely, sql } from 'kysely'
import type { Position } from '#platform/http/pagination.ts'
import type { Database } from '../../../database.ts'
import type { CourseRow } from '../access/queries.ts'
import { searchCondition } from '../search/queries.ts'
import type { CatalogueQuery } from './schemas.ts'

type Executor = Kysely<Database>
export type ListedCourse = Pick<CourseRow, (typeof columns)[number]>

export interface CourseFilter
  extends Pick<CatalogueQuery, 'category' | 'difficulty' | 'q' | 'sort' | 'limit' | 'status'> {
  /** Only courses whose staff this person is. */
  readonly staffId?: string
  /** Where the page before ended. */
  readonly after?: Position | undefined
}

const columns = [
  'id',
  'slug',
  'title',
  'sort_title',
  'summary',
  'category',
  'difficulty',
  'status',
  'self_enrollment',
  'created_at',
  'published_at',
] as const

/** One page and one row more, which tells whether there is a next page. */
export async function selectCourses(db: Executor, filter: CourseFilter): Promise<ListedCourse[]> {
  const { category, difficulty, q, status, staffId, after, limit } = filter
  let query = db.selectFrom('course').select(columns)
  if (status !== undefined) query = query.where('status', '=', status)
  if (category !== undefined) query = query.where('category', '=', category)
  if (difficulty !== undefined) query = query.where('difficulty', '=', difficulty)
  if (staffId !== undefined) {
    query = query.where('id', 'in', (eb) =>
      eb.selectFrom('course_staff').select('course_id').where('user_id', '=', staffId),
    )
  }
  if (q !== undefined) query = query.where(await searchCondition(db, q))
  const column = sortColumn(filter)
  const direction = column === 'sort_title' ? 'asc' : 'desc'
  if (after) {
    const isBeyond = direction === 'asc' ? sql`>` : sql`<`
    query = query.where(sql<boolean>`(${sql.ref(column)}, id) ${isBeyond} (${after[0]}, ${after[1]})`)
  }
  return query
    .orderBy(column, direction)
    .orderBy('id', direction)
    .limit(limit + 1)
    .execute()
}

/** Where `row` stands in the list that `filter` describes. */
export function positionIn(filter: CourseFilter): (row: ListedCourse) => Position {
  const column = sortColumn(filter)
  return (row) => [row[column], row.id]
}

/** Newest means published last, where all have been published. */
function sortColumn({ sort, status }: CourseFilter): 'sort_title' | 'published_at' | 'created_at' {
  if (sort === 'title') return 'sort_title'
  return status === 'published' ? 'published_at' : 'created_at'
}

export interface ListDetails {
  readonly instructors: ReadonlyMap<string, { userId: string; fullName: string }[]>
  readonly lessonCounts: ReadonlyMap<string, number>
}

/** What the summaries of these courses need beside their rows. */
export async function selectListDetails(db: Executor, courseIds: readonly string[]): Promise<ListDetails> {
  if (courseIds.length === 0) return { instructors: new Map(), lessonCounts: new Map() }
  const staff = await db
    .selectFrom('course_staff')
    .innerJoin('user_account', 'user_account.id', 'course_staff.user_id')
    .select(['course_staff.course_id', 'user_account.id as userId', 'user_account.full_name as fullName'])
    .where('course_staff.course_id', 'in', courseIds)
    .where('course_staff.staff_role', 'in', ['owner', 'co-instructor'])
    .orderBy(sql`case course_staff.staff_role when 'owner' then 0 else 1 end`)
    .orderBy('course_staff.added_at')
    .orderBy('user_account.id')
    .execute()
  const lessons = await db
    .selectFrom('lesson')
    .select((eb) => ['course_id', eb.fn.countAll<number>().as('count')])
    .where('course_id', 'in', courseIds)
    .where('status', '=', 'published')
    .groupBy('course_id')
    .execute()
  const instructors = new Map<string, { userId: string; fullName: string }[]>()
  for (const { course_id, ...person } of staff)
    instructors.set(course_id, [...(instructors.get(course_id) ?? []), person])
  return { instructors, lessonCounts: new Map(lessons.map((row) => [row.course_id, row.count])) }
}
