export type { Accommodation } from './accommodation.ts'
export {
  computeDeadline,
  createDeadlineCalculator,
  type Deadline,
  type DeadlineCalculator,
  type DeadlineContext,
} from './compute.ts'
export type { DeadlineStep } from './explanation.ts'
export type { ItemSource } from './item-source.ts'
export { Moment, momentFault, TimeZoneName } from './moment.ts'
export { selectAccommodations, selectAccommodationsOfItem } from './queries.ts'
export { deadlineRoutes } from './routes.ts'
export { checkRule, type DeadlineRule } from './rule.ts'
export { createDeadlines, type Deadlines } from './service.ts'
export type { DeadlinesDatabase } from './tables.ts'
