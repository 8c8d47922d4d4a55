import type { SchemaMigration } from '#platform/database/migrate.ts'
import { createIdentity } from './0001-create-identity.ts'
import { createJobs } from './0002-create-jobs.ts'
import { createAudit } from './0003-create-audit.ts'
import { createCourses } from './0004-create-courses.ts'
import { createEnrollments } from './0005-create-enrollments.ts'
import { extendIdentity } from './0006-extend-identity.ts'
import { createIdempotency } from './0007-create-idempotency.ts'
import { createReviews } from './0008-create-reviews.ts'
import { createFiles } from './0009-create-files.ts'
import { createAnalytics } from './0010-create-analytics.ts'
import { extendAnalytics } from './0011-extend-analytics.ts'
import { createQuestions } from './0012-create-questions.ts'
import { createQuizzes } from './0013-create-quizzes.ts'
import { createAnswerGrades } from './0014-create-answer-grades.ts'
import { createAccommodations } from './0016-create-accommodations.ts'
import { createAssignments } from './0017-create-assignments.ts'
import { createGradebook } from './0018-create-gradebook.ts'
import { createCertificates } from './0019-create-certificates.ts'
import { createAssignmentGroups } from './0021-create-assignment-groups.ts'
import { createMaintenance } from './0023-create-maintenance.ts'

/** The one ordered history of the schema, for both databases. Add at the end; what is released never changes. */
export const migrations: readonly SchemaMigration[] = [
  createIdentity,
  createJobs,
  createAudit,
  createCourses,
  createEnrollments,
  extendIdentity,
  createIdempotency,
  createReviews,
  createFiles,
  createAnalytics,
  extendAnalytics,
  createQuestions,
  createQuizzes,
  createAnswerGrades,
  createAccommodations,
  createAssignments,
  createGradebook,
  createCertificates,
  createAssignmentGroups,
  createMaintenance,
]
