import { type Kysely, sql } from 'kysely'
import { prepared } from '#platform/database/prepared.ts'
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
export async function selectCourses(db: Executor, { q, sort, ...filter }: CourseFilter): Promise<ListedCourse[]> {
  const column = sortColumn({ sort, ...filter })
  const wish = { ...filter, limit: filter.limit + 1 }
  if (q === undefined) return pageBy[column](db, wish)
  const found = await searchCondition(db, q)
  return pageQuery(db, wish, column).where(found).execute()
}

type PageWish = Omit<CourseFilter, 'q' | 'sort'>
type SortColumn = 'sort_title' | 'published_at' | 'created_at'

const pageBy = {
  sort_title: prepared((db: Executor, wish: PageWish) => pageQuery(db, wish, 'sort_title')),
  published_at: prepared((db: Executor, wish: PageWish) => pageQuery(db, wish, 'published_at')),
  created_at: prepared((db: Executor, wish: PageWish) => pageQuery(db, wish, 'created_at')),
}

function pageQuery(db: Executor, wish: PageWish, column: SortColumn) {
  const { category, difficulty, status, staffId, after, limit } = wish
  let query = db.selectFrom('course').select(columns)
  if (status !== undefined) query = query.where('status', '=', status)
  if (category !== undefined) query = query.where('category', '=', category)
  if (difficulty !== undefined) query = query.where('difficulty', '=', difficulty)
  if (staffId !== undefined) {
    query = query.where('id', 'in', (eb) =>
      eb.selectFrom('course_staff').select('course_id').where('user_id', '=', staffId),
    )
  }
  const direction = column === 'sort_title' ? 'asc' : 'desc'
  if (after) {
    const isBeyond = direction === 'asc' ? sql`>` : sql`<`
    query = query.where(sql<boolean>`(${sql.ref(column)}, id) ${isBeyond} (${after[0]}, ${after[1]})`)
  }
  return query.orderBy(column, direction).orderBy('id', direction).limit(limit)
}

/** Where `row` stands in the list that `filter` describes. */
export function positionIn(filter: CourseFilter): (row: ListedCourse) => Position {
  const column = sortColumn(filter)
  return (row) => [row[column], row.id]
}

/** Newest means published last, where all have been published. */
function sortColumn({ sort, status }: Pick<CourseFilter, 'sort' | 'status'>): SortColumn {
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
  const staff = await instructorsOf(db, { courseIds })
  const lessons = await countLessons(db, { courseIds })
  const instructors = new Map<string, { userId: string; fullName: string }[]>()
  for (const { course_id, ...person } of staff)
    instructors.set(course_id, [...(instructors.get(course_id) ?? []), person])
  return { instructors, lessonCounts: new Map(lessons.map((row) => [row.course_id, row.count])) }
}

interface Courses {
  readonly courseIds: readonly string[]
}

const instructorsOf = prepared((db: Executor, { courseIds }: Courses) =>
  db
    .selectFrom('course_staff')
    .innerJoin('user_account', 'user_account.id', 'course_staff.user_id')
    .select(['course_staff.course_id', 'user_account.id as userId', 'user_account.full_name as fullName'])
    .where('course_staff.course_id', 'in', courseIds)
    .where('course_staff.staff_role', 'in', ['owner', 'co-instructor'])
    .orderBy(sql`case course_staff.staff_role when 'owner' then 0 else 1 end`)
    .orderBy('course_staff.added_at')
    .orderBy('user_account.id'),
)

const countLessons = prepared((db: Executor, { courseIds }: Courses) =>
  db
    .selectFrom('lesson')
    .select((eb) => ['course_id', eb.fn.countAll<number>().as('count')])
    .where('course_id', 'in', courseIds)
    .where('status', '=', 'published')
    .groupBy('course_id'),
)
