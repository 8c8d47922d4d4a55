import type { SignedReview } from './queries.ts'
import type { Review } from './schemas.ts'

/** The review as this person may see it; null: a visitor. */
export function toReview(row: SignedReview, viewerId: string | null): Review {
  return {
    id: row.id,
    courseId: row.course_id,
    rating: row.rating,
    text: row.body,
    authorName: shortName(row.full_name),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    isMine: row.user_id === viewerId,
    hiddenAt: row.hidden_at,
    hiddenReason: row.hidden_reason,
  }
}

/** `Ada Lovelace` to `Ada L.`: the list is public, and a full name is not the public's business. */
export function shortName(fullName: string): string {
  const words = fullName.trim().split(/\s+/)
  const [first = ''] = words
  const last = words.length > 1 ? words.at(-1) : undefined
  const initial = last && [...last][0]
  return initial ? `${first} ${initial}.` : first
}
