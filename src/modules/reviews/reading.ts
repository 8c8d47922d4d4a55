import { notAuthenticated, type Principal } from '#modules/auth/index.ts'
import { accessCourse, type Viewer } from '#modules/courses/index.ts'
import { readTimeCursor, toPage } from '#platform/http/pagination.ts'
import type { ReviewsDeps } from './deps.ts'
import { reviewNotFound } from './problems.ts'
import { type SignedReview, selectReviews, selectSignedReview } from './queries.ts'
import { selectRating } from './rating.ts'
import type { CourseRating, CourseReviewsQuery, Review, ReviewsQuery } from './schemas.ts'
import { toReview } from './to-review.ts'
import type { VersionedReview } from './writing.ts'

interface List {
  readonly items: Review[]
  readonly nextCursor: string | null
}

export function createReading({ db, now }: Pick<ReviewsDeps, 'db' | 'now'>) {
  /** The visible reviews of a course, newest first, for whoever may see the course; or only the viewer's own. */
  async function listCourseReviews(viewer: Viewer, courseId: string, query: CourseReviewsQuery): Promise<List> {
    await accessCourse(db, viewer, { id: courseId }, now())
    if (query.mine && !viewer) throw notAuthenticated({ reason: 'missing' })
    const { limit, cursor, rating } = query
    const whose = query.mine ? { userId: viewer?.userId } : { isHidden: false }
    const after = readTimeCursor(cursor)
    const rows = await selectReviews(db, { courseId, rating, ...whose, after, limit: limit + 1 })
    return toPage(rows, limit, (row) => toReview(row, viewer?.userId ?? null), positionOf)
  }

  /** All reviews, for administrators who moderate them. */
  async function listReviews(caller: Principal, { limit, cursor, hidden }: ReviewsQuery): Promise<List> {
    const rows = await selectReviews(db, { isHidden: hidden, after: readTimeCursor(cursor), limit: limit + 1 })
    return toPage(rows, limit, (row) => toReview(row, caller.userId), positionOf)
  }

  /** A hidden review is there for its author and for administrators only. */
  async function readReview(viewer: Viewer, reviewId: string): Promise<VersionedReview> {
    const row = await selectSignedReview(db, reviewId)
    if (!row) throw reviewNotFound({ reviewId })
    const isTrusted = viewer?.role === 'administrator' || viewer?.userId === row.user_id
    if (row.hidden_at !== null && !isTrusted) throw reviewNotFound({ reviewId })
    if (!isTrusted) await accessCourse(db, viewer, { id: row.course_id }, now())
    return { version: row.version, body: toReview(row, viewer?.userId ?? null) }
  }

  async function readRating(viewer: Viewer, courseId: string): Promise<CourseRating> {
    await accessCourse(db, viewer, { id: courseId }, now())
    return selectRating(db, courseId)
  }

  return { listCourseReviews, listReviews, readReview, readRating }
}

const positionOf = (row: SignedReview) => [row.created_at, row.id]
