import type { Kysely } from 'kysely'
import type { Database } from '../../database.ts'
import type { CourseRating } from './schemas.ts'

type Executor = Kysely<Database>

const columns = { 1: 'stars_1', 2: 'stars_2', 3: 'stars_3', 4: 'stars_4', 5: 'stars_5' } as const
type Stars = keyof typeof columns

/**
 * Counts a visible review in or out of its course, in the transaction that changes the review. Always after the review
 * itself is locked or written, so that no two transactions wait for each other.
 */
export async function countRating(
  tx: Executor,
  courseId: string,
  change: { readonly remove?: number | undefined; readonly add?: number | undefined },
): Promise<void> {
  const { remove, add } = change
  if (remove === add) return
  if (add !== undefined && remove === undefined) await insertNoRating(tx, courseId)
  const by = new Map<Stars, number>()
  if (remove !== undefined) by.set(remove as Stars, -1)
  if (add !== undefined) by.set(add as Stars, 1)
  await tx
    .updateTable('course_rating')
    .set((eb) => ({
      review_count: eb('review_count', '+', (add === undefined ? 0 : 1) - (remove === undefined ? 0 : 1)),
      rating_sum: eb('rating_sum', '+', (add ?? 0) - (remove ?? 0)),
      ...Object.fromEntries([...by].map(([stars, step]) => [columns[stars], eb(columns[stars], '+', step)])),
    }))
    .where('course_id', '=', courseId)
    .execute()
}

async function insertNoRating(tx: Executor, courseId: string): Promise<void> {
  await tx
    .insertInto('course_rating')
    .values({
      course_id: courseId,
      review_count: 0,
      rating_sum: 0,
      stars_1: 0,
      stars_2: 0,
      stars_3: 0,
      stars_4: 0,
      stars_5: 0,
    })
    .onConflict((conflict) => conflict.column('course_id').doNothing())
    .execute()
}

export async function selectRating(db: Executor, courseId: string): Promise<CourseRating> {
  const row = await db.selectFrom('course_rating').selectAll().where('course_id', '=', courseId).executeTakeFirst()
  return {
    courseId,
    average: row && row.review_count > 0 ? Math.round((row.rating_sum / row.review_count) * 100) / 100 : null,
    count: row?.review_count ?? 0,
    byStars: {
      '1': row?.stars_1 ?? 0,
      '2': row?.stars_2 ?? 0,
      '3': row?.stars_3 ?? 0,
      '4': row?.stars_4 ?? 0,
      '5': row?.stars_5 ?? 0,
    },
  }
}
