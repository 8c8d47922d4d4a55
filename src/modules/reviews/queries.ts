import { type Insertable, type Kysely, type Selectable, sql, type Updateable } from 'kysely'
import { lockRow } from '#platform/database/dialect.ts'
import type { Position } from '#platform/http/pagination.ts'
import type { Database } from '../../database.ts'
import type { ReviewsDatabase } from './tables.ts'

type Executor = Kysely<Database>
export type ReviewRow = Selectable<ReviewsDatabase['review']>
/** A review with the full name of its author. */
export type SignedReview = ReviewRow & { full_name: string }

export function insertReview(tx: Executor, values: Insertable<ReviewsDatabase['review']>): Promise<ReviewRow> {
  return tx.insertInto('review').values(values).returningAll().executeTakeFirstOrThrow()
}

/** The review, and nobody else changes it until the transaction ends. */
export function lockReview(tx: Executor, id: string): Promise<ReviewRow | undefined> {
  return lockRow(tx, tx.selectFrom('review').selectAll().where('id', '=', id)).executeTakeFirst()
}

/** Changes the review and counts its version up. */
export async function updateReview(
  tx: Executor,
  id: string,
  changes: Updateable<ReviewsDatabase['review']>,
): Promise<void> {
  await tx
    .updateTable('review')
    .set((eb) => ({ ...changes, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .execute()
}

export async function deleteReview(tx: Executor, id: string): Promise<void> {
  await tx.deleteFrom('review').where('id', '=', id).execute()
}

export function selectSignedReview(db: Executor, id: string): Promise<SignedReview | undefined> {
  return signedReviews(db).where('review.id', '=', id).executeTakeFirst()
}

/** A person's enrollment in a course, past ones too, with its progress. */
export function selectReviewer(db: Executor, courseId: string, userId: string) {
  return db
    .selectFrom('enrollment')
    .leftJoin('course_progress', 'course_progress.enrollment_id', 'enrollment.id')
    .select(['enrollment.id', 'course_progress.percent'])
    .where('enrollment.course_id', '=', courseId)
    .where('enrollment.user_id', '=', userId)
    .executeTakeFirst()
}

export interface ReviewFilter {
  readonly courseId?: string | undefined
  readonly userId?: string | undefined
  readonly rating?: number | undefined
  /** undefined: both. */
  readonly isHidden?: boolean | undefined
  readonly after: Position | undefined
  readonly limit: number
}

/** Newest first. */
export function selectReviews(db: Executor, filter: ReviewFilter): Promise<SignedReview[]> {
  const { courseId, userId, rating, isHidden, after, limit } = filter
  let query = signedReviews(db)
  if (courseId !== undefined) query = query.where('review.course_id', '=', courseId)
  if (userId !== undefined) query = query.where('review.user_id', '=', userId)
  if (rating !== undefined) query = query.where('review.rating', '=', rating)
  if (isHidden !== undefined) query = query.where('review.hidden_at', isHidden ? 'is not' : 'is', null)
  if (after) query = query.where(sql<boolean>`(review.created_at, review.id) < (${after[0]}, ${after[1]})`)
  return query.orderBy('review.created_at', 'desc').orderBy('review.id', 'desc').limit(limit).execute()
}

function signedReviews(db: Executor) {
  return db
    .selectFrom('review')
    .innerJoin('user_account', 'user_account.id', 'review.user_id')
    .selectAll('review')
    .select('user_account.full_name')
}
