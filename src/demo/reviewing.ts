import { HOUR_MS, iso } from './calendar.ts'
import { opinions, starsLiked, starsMixed } from './content/opinions.ts'
import type { Random } from './random.ts'
import type { DemoRows } from './rows.ts'

/** From so much progress on the product takes a review. */
const NEEDED_PERCENT = 20
const WRITES_REVIEW = 0.35
/** Every fourth course divides its students. */
const MIXED_EVERY = 4

/** Some of those who have come far enough say what they think; called when all of the history is written down. */
export function reviewCourses(random: Random, now: number, rows: DemoRows): void {
  const progress = new Map(rows.course_progress.map((row) => [row.enrollment_id, row]))
  const courseIndex = new Map(rows.course.map(({ id }, index) => [id, index]))
  for (const enrollment of rows.enrollment) {
    const { percent = 0, last_activity_at: lastActivity } = progress.get(enrollment.id) ?? {}
    if (percent < NEEDED_PERCENT || !lastActivity || !random.chance(WRITES_REVIEW)) continue
    const at = Math.min(Date.parse(lastActivity) + random.whole(60_000, 48 * HOUR_MS), now)
    // Who has left, or whose time has passed, can review no more.
    if (enrollment.ended_at && iso(at) >= enrollment.ended_at) continue
    const isMixed = (courseIndex.get(enrollment.course_id) ?? 0) % MIXED_EVERY === MIXED_EVERY - 1
    const rating = random.pick<number>(isMixed ? starsMixed : starsLiked)
    rows.review.push({
      id: random.id(new Date(at)),
      course_id: enrollment.course_id,
      user_id: enrollment.user_id,
      enrollment_id: enrollment.id,
      rating,
      body: random.pick(opinions[rating] ?? []),
      created_at: iso(at),
      updated_at: iso(at),
      hidden_at: null,
      hidden_by: null,
      hidden_reason: null,
    })
  }
  rows.course_rating.push(...ratingsOf(rows))
}

function ratingsOf({ review }: DemoRows): DemoRows['course_rating'] {
  const courses = [...new Set(review.map((row) => row.course_id))]
  return courses.map((courseId) => {
    const stars = review.filter((row) => row.course_id === courseId).map((row) => row.rating)
    const count = (wanted: number) => stars.filter((one) => one === wanted).length
    return {
      course_id: courseId,
      review_count: stars.length,
      rating_sum: stars.reduce((sum, one) => sum + one, 0),
      stars_1: count(1),
      stars_2: count(2),
      stars_3: count(3),
      stars_4: count(4),
      stars_5: count(5),
    }
  })
}
