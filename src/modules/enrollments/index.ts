export { requireEnrollment } from './access.ts'
export type { ProgressKeeper } from './admission.ts'
export { asOf, type EnrollmentRow } from './as-of.ts'
export { observeEnrollments } from './gauges.ts'
export { createEnrollmentHandlers, expiryRecurs } from './handlers.ts'
export { expireEnrollments, sendWelcome } from './jobs.ts'
export { enrollmentsActive, enrollmentsEndedTotal, enrollmentsTotal } from './metrics.ts'
export { enrollmentNotActive, enrollmentNotFound } from './problems.ts'
export {
  insertEnrollmentEvents,
  lockEnrollment,
  lockEnrollmentBatch,
  lockEnrollmentsOf,
  selectEnrollment,
  selectEnrollmentOf,
  selectStudentMail,
} from './queries.ts'
export { enrollmentRoutes } from './routes.ts'
export { ProgressSummary } from './schemas.ts'
export { createEnrollments, type Enrollments } from './service.ts'
export type { EnrollmentsDatabase } from './tables.ts'
