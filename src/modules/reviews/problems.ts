import { defineProblem } from '#platform/problem/problem.ts'

export const reviewNotFound = defineProblem<{ reviewId: string }>({
  code: 'reviews/not-found',
  status: 404,
  title: 'Review not found',
  advice: 'Read the list of reviews of the course again; the review may have been deleted or hidden.',
  detail: ({ reviewId }) => `There is no review ${reviewId} that you may see.`,
})

export const enrollmentMissing = defineProblem({
  code: 'reviews/enrollment-missing',
  status: 403,
  title: 'Only students of a course review it',
  advice: 'Enroll in the course first.',
  detail: () => 'You have never been enrolled in this course.',
})

export const moreProgressNeeded = defineProblem<{ percent: number; neededPercent: number }>({
  code: 'reviews/more-progress-needed',
  status: 409,
  title: 'Too early for a review',
  advice: 'Complete more lessons, until your progress is at least `neededPercent`.',
  detail: ({ percent, neededPercent }) => `A review needs ${neededPercent} % progress; yours is ${percent} %.`,
  extensions: (params) => params,
})

export const alreadyReviewed = defineProblem({
  code: 'reviews/already-reviewed',
  status: 409,
  title: 'Already reviewed',
  advice: 'Change your review instead; `GET /courses/{courseId}/reviews?mine=true` finds it.',
  detail: () => 'You have reviewed this course already.',
})

export const reviewState = defineProblem<{ isHidden: boolean }>({
  code: 'reviews/nothing-to-do',
  status: 409,
  title: 'Nothing to do',
  advice: 'Read the review again: somebody may have done it already.',
  detail: ({ isHidden }) => (isHidden ? 'The review is hidden already.' : 'The review is not hidden.'),
  extensions: ({ isHidden }) => ({ isHidden }),
})
