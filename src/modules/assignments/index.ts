export { assignmentGradeItems } from './assignment/grade-item.ts'
export { observeAssignments } from './gauges.ts'
export {
  submissionsGradedTotal,
  submissionsTotal,
  submissionsWaiting,
  submissionsWaitingOldest,
} from './metrics.ts'
export { assignmentsRecurring, createAssignmentHandlers } from './notices/handlers.ts'
export { assignmentJobs } from './notices/jobs.ts'
export { assignmentsRoutes } from './routes.ts'
export { type Assignments, createAssignments } from './service.ts'
export { submissionFiles } from './submission/file-use.ts'
export type { AssignmentsDatabase } from './tables.ts'
