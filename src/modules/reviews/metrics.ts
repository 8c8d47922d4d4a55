import { defineCounter } from '#platform/metrics/metrics.ts'

export const reviewsTotal = defineCounter({
  name: 'lms_reviews_total',
  help: 'Reviews written, by their stars.',
  labels: { stars: ['1', '2', '3', '4', '5'] },
})

export const reviewModerationsTotal = defineCounter({
  name: 'lms_review_moderations_total',
  help: 'Decisions of administrators about reviews.',
  labels: { decision: ['hidden', 'shown'] },
})
