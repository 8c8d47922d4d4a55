import type { ReviewsDeps } from './deps.ts'
import { createReading } from './reading.ts'
import { createWriting } from './writing.ts'

export type Reviews = ReturnType<typeof createReviews>

/** All that can be done with reviews; each part is a file of its own. */
export function createReviews(deps: ReviewsDeps) {
  return { ...createReading(deps), ...createWriting(deps) }
}
