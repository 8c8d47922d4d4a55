import type { AccountsDatabase } from '#modules/accounts/index.ts'
import type { AnalyticsDatabase } from '#modules/analytics/index.ts'
import type { AssignmentsDatabase } from '#modules/assignments/index.ts'
import type { AuditDatabase } from '#modules/audit/index.ts'
import type { AuthDatabase } from '#modules/auth/index.ts'
import type { CertificatesDatabase } from '#modules/certificates/index.ts'
import type { CoursesDatabase } from '#modules/courses/index.ts'
import type { DeadlinesDatabase } from '#modules/deadlines/index.ts'
import type { EnrollmentsDatabase } from '#modules/enrollments/index.ts'
import type { FilesDatabase } from '#modules/files/index.ts'
import type { GradebookDatabase } from '#modules/gradebook/index.ts'
import type { MaintenanceDatabase } from '#modules/maintenance/index.ts'
import type { ProgressDatabase } from '#modules/progress/index.ts'
import type { QuestionsDatabase } from '#modules/questions/index.ts'
import type { QuizzesDatabase } from '#modules/quizzes/index.ts'
import type { ReviewsDatabase } from '#modules/reviews/index.ts'
import type { UsersDatabase } from '#modules/users/index.ts'
import type { IdempotencyDatabase } from '#platform/idempotency/tables.ts'
import type { JobsDatabase } from '#platform/jobs/tables.ts'

/** Every table: the intersection of what each module owns. */
export type Database = JobsDatabase &
  IdempotencyDatabase &
  UsersDatabase &
  AuthDatabase &
  AccountsDatabase &
  AuditDatabase &
  CoursesDatabase &
  EnrollmentsDatabase &
  ProgressDatabase &
  DeadlinesDatabase &
  QuizzesDatabase &
  ReviewsDatabase &
  FilesDatabase &
  AssignmentsDatabase &
  GradebookDatabase &
  AnalyticsDatabase &
  QuestionsDatabase &
  CertificatesDatabase &
  MaintenanceDatabase
