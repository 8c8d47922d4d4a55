export { observeAssignments } from './gauges.ts'
export { createAssignmentHandlers } from './handlers.ts'
export { gradeReleased, submissionReopened } from './jobs.ts'
export {
  submissionsGradedTotal,
  submissionsTotal,
  submissionsWaiting,
  submissionsWaitingOldest,
} from './metrics.ts'
export { assignmentsRoutes } from './routes.ts'
export { type Assignments, createAssignments } from './service.ts'
export { submissionFiles } from './submission/file-use.ts'
export type { AssignmentsDatabase } from './tables.ts'
