export { createAnalyticsHandlers } from './handlers.ts'
export { countCourses, countingRecurs } from './jobs.ts'
export { analyticsRoutes } from './routes.ts'
export type { AnalyticsDatabase } from './tables.ts'
