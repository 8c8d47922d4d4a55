import { type Kysely, type SqlBool, sql } from 'kysely'
import { dialectOfDatabase } from '#platform/database/dialect.ts'
import type { Position } from '#platform/http/pagination.ts'
import type { Database } from '../../../database.ts'
import type { ItemGrade } from '../calculation/compute-grade.ts'
import type { GradeRow } from '../grade-queries.ts'

type Executor = Kysely<Database>

/** A student of the gradebook with all of his grades. */
export interface GradebookStudent {
  readonly enrollment_id: string
  readonly user_id: string
  readonly full_name: string
  readonly email: string
  readonly search_text: string
  readonly status: Database['enrollment']['status']
  readonly expires_at: string | null
  /** All grades in one text: see `parseGrades`. */
  readonly grades: string | null
}

export interface PageGrade extends ItemGrade {
  readonly version: number
}

type GradeTuple = readonly [string, number | null, number, number | null, 0 | 1, number]

export function parseGrades(json: string | null): PageGrade[] {
  const tuples: readonly GradeTuple[] = json === null ? [] : JSON.parse(json)
  return tuples.map(([itemId, points, latePenalty, overridePoints, isExcused, version]) => ({
    itemId,
    points,
    latePenalty,
    overridePoints,
    isExcused: isExcused === 1,
    version,
  }))
}

/** A list of `GradeTuple` as JSON. PostgreSQL joins texts in half the time of its functions for JSON. */
const gradeTuples = {
  postgres: sql`'[' || string_agg('["' || grade.item_id || '",' || coalesce(grade.points::text, 'null')
    || ',' || grade.late_penalty::text || ',' || coalesce(grade.override_points::text, 'null')
    || ',' || case when grade.is_excused then '1' else '0' end || ',' || grade.version::text || ']', ',') || ']'`,
  sqlite: sql`json_group_array(json_array(grade.item_id, grade.points, grade.late_penalty, grade.override_points,
    grade.is_excused, grade.version))`,
}

export interface StudentFilter {
  readonly courseId: string
  readonly withWithdrawn: boolean
  readonly after: Position | undefined
  readonly limit: number
}

/** One statement for a page: students by name, each with his grades. */
export async function selectStudentsWithGrades(db: Executor, filter: StudentFilter): Promise<GradebookStudent[]> {
  const { courseId, withWithdrawn, after, limit } = filter
  const isPostgres = dialectOfDatabase(db) === 'postgres'
  // Both databases compare by code points, so that names have one order wherever the product runs.
  const name = isPostgres ? sql`user_account.search_text collate "C"` : sql`user_account.search_text`
  const grades = gradeTuples[dialectOfDatabase(db)]
  const isListed = withWithdrawn ? sql<SqlBool>`true` : sql<SqlBool>`enrollment.status <> 'withdrawn'`
  const isNext = after ? sql<SqlBool>`(${name}, enrollment.id) > (${after[0]}, ${after[1]})` : sql<SqlBool>`true`
  const { rows } = await sql<GradebookStudent>`
    select enrollment.id as enrollment_id, enrollment.user_id, enrollment.status, enrollment.expires_at,
      user_account.full_name, user_account.email, user_account.search_text,
      (select ${grades} from grade where grade.enrollment_id = enrollment.id) as grades
    from enrollment inner join user_account on user_account.id = enrollment.user_id
    where enrollment.course_id = ${courseId} and ${isListed} and ${isNext}
    order by ${name}, enrollment.id
    limit ${limit}`.execute(db)
  return rows
}

export function selectGradesOf(db: Executor, enrollmentId: string): Promise<GradeRow[]> {
  return db.selectFrom('grade').selectAll().where('enrollment_id', '=', enrollmentId).execute()
}

/** The enrollment of a person in a course, past ones too. */
export function selectEnrollmentIn(db: Executor, courseId: string, userId: string) {
  return db
    .selectFrom('enrollment')
    .select('id')
    .where('course_id', '=', courseId)
    .where('user_id', '=', userId)
    .executeTakeFirst()
}
