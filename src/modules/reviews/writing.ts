import { type Actor, recordAudit } from '#modules/audit/index.ts'
import type { Principal } from '#modules/auth/index.ts'
import { accessCourse } from '#modules/courses/index.ts'
import { onConstraint } from '#platform/database/constraint.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { invalidRequest } from '#platform/http/problems.ts'
import { counter } from '#platform/metrics/metrics.ts'
import type { ReviewsDeps } from './deps.ts'
import { reviewModerationsTotal, reviewsTotal } from './metrics.ts'
import { alreadyReviewed, enrollmentMissing, moreProgressNeeded, reviewNotFound, reviewState } from './problems.ts'
import {
  deleteReview,
  insertReview,
  lockReview,
  type ReviewRow,
  selectReviewer,
  selectSignedReview,
  updateReview,
} from './queries.ts'
import { countRating } from './rating.ts'
import { type ChangeReviewBody, REVIEW_TEXT_MIN, type Review, type WriteReviewBody } from './schemas.ts'
import { toReview } from './to-review.ts'

/** Who reviews has seen enough of the course to judge it. */
const NEEDED_PERCENT = 20

export interface VersionedReview {
  readonly version: number
  readonly body: Review
}

type Tx = ReviewsDeps['db']
type Stars = '1' | '2' | '3' | '4' | '5'

export function createWriting({ db, metrics, now, newId }: ReviewsDeps) {
  const countReview = counter(metrics, reviewsTotal)
  const countModeration = counter(metrics, reviewModerationsTotal)

  /** A student's one review of a course, once enough of it is done; also after the enrollment has ended. */
  async function writeReview(caller: Principal, courseId: string, input: WriteReviewBody): Promise<VersionedReview> {
    const at = now()
    const body = trimmed(input.text)
    const review = await inTransaction(db, async (tx) => {
      await accessCourse(tx, caller, { id: courseId }, at)
      const reviewer = await selectReviewer(tx, courseId, caller.userId)
      if (!reviewer) throw enrollmentMissing()
      const percent = reviewer.percent ?? 0
      if (percent < NEEDED_PERCENT) throw moreProgressNeeded({ percent, neededPercent: NEEDED_PERCENT })
      const row = await onConstraint(
        insertReview(tx, {
          id: newId(),
          course_id: courseId,
          user_id: caller.userId,
          enrollment_id: reviewer.id,
          rating: input.rating,
          body,
          created_at: at.toISOString(),
          updated_at: at.toISOString(),
          hidden_at: null,
          hidden_by: null,
          hidden_reason: null,
        }),
        'review_enrollment_id_key',
        (cause) => alreadyReviewed(undefined, cause),
      )
      await countRating(tx, courseId, { add: input.rating })
      return readBack(tx, row.id, caller)
    })
    countReview({ stars: String(input.rating) as Stars })
    return review
  }

  /** Its author changes a review. Hidden it stays hidden. `checkVersion` sees the version that is about to change. */
  async function changeReview(
    caller: Principal,
    reviewId: string,
    input: ChangeReviewBody,
    checkVersion: (version: number) => void,
  ): Promise<VersionedReview> {
    const body = input.text === undefined ? undefined : trimmed(input.text)
    return inTransaction(db, async (tx) => {
      const row = await lockOwnReview(tx, caller, reviewId)
      checkVersion(row.version)
      const rating = input.rating ?? row.rating
      const changes = { rating, body: body ?? row.body, updated_at: now().toISOString() }
      await updateReview(tx, reviewId, changes)
      if (row.hidden_at === null) await countRating(tx, row.course_id, { remove: row.rating, add: rating })
      return readBack(tx, reviewId, caller)
    })
  }

  async function removeReview(
    caller: Principal,
    reviewId: string,
    checkVersion: (version: number) => void,
  ): Promise<void> {
    await inTransaction(db, async (tx) => {
      const row = await lockOwnReview(tx, caller, reviewId)
      checkVersion(row.version)
      await deleteReview(tx, reviewId)
      if (row.hidden_at === null) await countRating(tx, row.course_id, { remove: row.rating })
    })
  }

  /** An administrator keeps a review from the public and out of the rating; its author is told the reason. */
  async function hideReview(
    caller: Principal,
    reviewId: string,
    reason: string,
    actor: Actor,
  ): Promise<VersionedReview> {
    const at = now()
    const review = await inTransaction(db, async (tx) => {
      const row = await lockReview(tx, reviewId)
      if (!row) throw reviewNotFound({ reviewId })
      if (row.hidden_at !== null) throw reviewState({ isHidden: true })
      const changes = { hidden_at: at.toISOString(), hidden_by: caller.userId, hidden_reason: reason.trim() }
      await updateReview(tx, reviewId, changes)
      await countRating(tx, row.course_id, { remove: row.rating })
      await recordAudit(tx, actor, auditOf('review.hidden', row, { reason: reason.trim() }), at)
      return readBack(tx, reviewId, caller)
    })
    countModeration({ decision: 'hidden' })
    return review
  }

  async function showReview(caller: Principal, reviewId: string, actor: Actor): Promise<VersionedReview> {
    const at = now()
    const review = await inTransaction(db, async (tx) => {
      const row = await lockReview(tx, reviewId)
      if (!row) throw reviewNotFound({ reviewId })
      if (row.hidden_at === null) throw reviewState({ isHidden: false })
      await updateReview(tx, reviewId, { hidden_at: null, hidden_by: null, hidden_reason: null })
      await countRating(tx, row.course_id, { add: row.rating })
      await recordAudit(tx, actor, auditOf('review.shown', row, { hiddenReason: row.hidden_reason }), at)
      return readBack(tx, reviewId, caller)
    })
    countModeration({ decision: 'shown' })
    return review
  }

  return { writeReview, changeReview, removeReview, hideReview, showReview }
}

async function lockOwnReview(tx: Tx, caller: Principal, reviewId: string): Promise<ReviewRow> {
  const row = await lockReview(tx, reviewId)
  if (row?.user_id !== caller.userId) throw reviewNotFound({ reviewId })
  return row
}

async function readBack(tx: Tx, reviewId: string, caller: Principal): Promise<VersionedReview> {
  const row = await selectSignedReview(tx, reviewId)
  if (!row) throw reviewNotFound({ reviewId })
  return { version: row.version, body: toReview(row, caller.userId) }
}

function auditOf(action: 'review.hidden' | 'review.shown', row: ReviewRow, details: Record<string, unknown>) {
  return {
    action,
    subjectType: 'review',
    subjectId: row.id,
    details: { ...details, courseId: row.course_id, authorId: row.user_id },
  }
}

function trimmed(text: string): string {
  const body = text.trim()
  if ([...body].length >= REVIEW_TEXT_MIN) return body
  const message = `must have at least ${REVIEW_TEXT_MIN} characters without the spaces around them`
  throw invalidRequest({ errors: [{ pointer: '/body/text', message }] })
}
