import type { Generated } from 'kysely'

export interface ReviewsDatabase {
  review: {
    id: string
    course_id: string
    user_id: string
    enrollment_id: string
    /** 1 to 5 stars. */
    rating: number
    /** Plain text. */
    body: string
    created_at: string
    updated_at: string
    /** Set while an administrator keeps it from the public; then it does not count. */
    hidden_at: string | null
    hidden_by: string | null
    hidden_reason: string | null
    version: Generated<number>
  }
  /** The visible reviews of a course, counted in the transactions that change them; no row: none yet. */
  course_rating: {
    course_id: string
    review_count: number
    rating_sum: number
    stars_1: number
    stars_2: number
    stars_3: number
    stars_4: number
    stars_5: number
  }
}
