export { reviewModerationsTotal, reviewsTotal } from './metrics.ts'
export { reviewRoutes } from './routes.ts'
export { createReviews, type Reviews } from './service.ts'
export type { ReviewsDatabase } from './tables.ts'
