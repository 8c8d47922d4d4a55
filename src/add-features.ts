import {
  analyticsRoutes,
  countCourses,
  countingRecurs,
  createAnalyticsHandlers,
  observeAnalytics,
} from '#modules/analytics/index.ts'
import {
  assignmentGradeItems,
  assignmentJobs,
  assignmentsRecurring,
  assignmentsRoutes,
  createAssignmentHandlers,
  createAssignments,
  observeAssignments,
  submissionFiles,
} from '#modules/assignments/index.ts'
import type { Authentication } from '#modules/auth/index.ts'
import {
  certificateJobs,
  certificateRoutes,
  createCertificateHandlers,
  createCertificates,
  gradedRecurs,
  issueCertificate,
} from '#modules/certificates/index.ts'
import { coursesRoutes, createCourses, observeCourses, outlineChanged } from '#modules/courses/index.ts'
import { createDeadlines, deadlineRoutes, type ItemSource } from '#modules/deadlines/index.ts'
import {
  createEnrollmentHandlers,
  createEnrollments,
  enrollmentRoutes,
  expireEnrollments,
  expiryRecurs,
  observeEnrollments,
  sendWelcome,
} from '#modules/enrollments/index.ts'
import {
  createFiles,
  fileJobHandlers,
  fileJobs,
  filesRoutes,
  isFileOfCourse,
  recurringFileJobs,
} from '#modules/files/index.ts'
import { createGradebook, gradebookRoutes } from '#modules/gradebook/index.ts'
import {
  courseCompleted,
  createProgress,
  createProgressHandlers,
  mailCompletion,
  observeProgress,
  progressRoutes,
  recomputeEnrollments,
} from '#modules/progress/index.ts'
import { createQuestions, questionRoutes } from '#modules/questions/index.ts'
import {
  createQuizDeadlines,
  createQuizHandlers,
  createQuizzes,
  observeQuizzes,
  quizRoutes,
  recordGrades,
  regradeAttempts,
  sendResult,
  submitOverdue,
  sweepRecurs,
} from '#modules/quizzes/index.ts'
import { createReviews, reviewRoutes } from '#modules/reviews/index.ts'
import type { Mailer } from '#platform/mail/mailer.ts'
import { createTypesetter } from '#platform/typesetting/typesetter.ts'
import type { Adapters } from './app.ts'
import type { Config } from './config.ts'
import type { Features } from './features.ts'
import { API_PREFIX } from './reference.ts'

const MEBIBYTE = 1024 * 1024

/** What features take from the core, which is always there. */
export interface Core {
  readonly authentication: Authentication
  readonly mailer: Mailer
}

/** Adds all that the product can do without, in the order in which one needs the other. Identity is no feature. */
export async function addFeatures(
  features: Features,
  config: Config,
  adapters: Adapters,
  { authentication, mailer }: Core,
): Promise<void> {
  const { db, metrics, now, newId } = adapters

  await features.add('courses', () => {
    const courses = createCourses({
      db,
      metrics,
      now,
      newId,
      fileExists: isFileOfCourse,
      followers: [assignmentGradeItems],
    })
    observeCourses({ db, metrics })
    return { routes: (app) => coursesRoutes(app, { courses, authentication }) }
  })

  const progress = createProgress({ db, metrics, now, newId })
  await features.add('enrollments', () => {
    const enrollments = createEnrollments({ db, metrics, now, newId, progress })
    observeEnrollments({ db, metrics, now })
    observeProgress({ db, metrics, now })
    return {
      async routes(app) {
        await app.register(enrollmentRoutes, { enrollments, authentication })
        await app.register(progressRoutes, { progress, authentication })
      },
      jobs: [outlineChanged, sendWelcome, expireEnrollments, courseCompleted, mailCompletion, recomputeEnrollments],
      handlers: [
        ...createEnrollmentHandlers({ db, enrollments, mailer }),
        ...createProgressHandlers({ db, now, progress, mailer, completionFollowers: [issueCertificate] }),
      ],
      recurring: [expiryRecurs],
    }
  })

  // Whoever owns items with deadlines adds himself here, before any request.
  const items: ItemSource[] = []
  await features.add('deadlines', () => {
    const deadlines = createDeadlines({ db, now, newId, items })
    return { routes: (app) => deadlineRoutes(app, { deadlines, authentication }) }
  })

  await features.add('quizzes', () => {
    const quizzes = createQuizzes({ db, metrics, now, newId, progress, timeZone: config.TIME_ZONE })
    observeQuizzes({ db, metrics, now })
    items.push(createQuizDeadlines({ newId }))
    return {
      routes: (app) => quizRoutes(app, { quizzes, authentication }),
      jobs: [submitOverdue, sendResult, recordGrades, regradeAttempts],
      handlers: createQuizHandlers({ db, now, quizzes, mailer }),
      recurring: [sweepRecurs],
    }
  })

  await features.add('gradebook', () => {
    const gradebook = createGradebook({ db, metrics, now, newId })
    return { routes: (app) => gradebookRoutes(app, { gradebook, authentication }) }
  })

  await features.add('reviews', () => {
    const reviews = createReviews({ db, metrics, now, newId })
    return { routes: (app) => reviewRoutes(app, { reviews, authentication }) }
  })

  await features.add('analytics', () => {
    observeAnalytics({ db, metrics })
    return {
      routes: (app) => analyticsRoutes(app, { db, now, authentication }),
      jobs: [countCourses],
      handlers: createAnalyticsHandlers({ db, now }),
      recurring: [countingRecurs],
    }
  })

  await features.add('questions', () => {
    const questions = createQuestions({ db, now, newId })
    return { routes: (app) => questionRoutes(app, { questions, authentication }) }
  })

  await features.add('files', async () => {
    const deps = {
      db,
      storage: await adapters.openStorage(),
      metrics,
      limits: {
        fileBytes: config.UPLOAD_MAX_MEGABYTES * MEBIBYTE,
        quotaBytes: config.UPLOAD_QUOTA_MEGABYTES * MEBIBYTE,
      },
      frontendOrigins: [...new Set([new URL(config.FRONTEND_BASE_URL).origin, ...config.CORS_ORIGINS])],
      uses: [submissionFiles],
      secretKey: config.SECRET_KEY,
      now,
      newId,
    }
    const files = createFiles(deps)
    return {
      routes: (app) => filesRoutes(app, { files, authentication }),
      jobs: fileJobs,
      handlers: fileJobHandlers(deps),
      recurring: recurringFileJobs,
    }
  })

  await features.add('assignments', () => {
    const assignments = createAssignments({ db, metrics, progress, timeZone: config.TIME_ZONE, now, newId })
    observeAssignments({ db, metrics, now })
    items.push(assignments.deadlines)
    return {
      routes: (app) => assignmentsRoutes(app, { assignments, authentication }),
      jobs: assignmentJobs,
      handlers: createAssignmentHandlers({ db, now, mailer }),
      recurring: assignmentsRecurring,
    }
  })

  await features.add('certificates', () => {
    const publicUrl = config.APP_DOMAIN ? `https://${config.APP_DOMAIN}` : `http://localhost:${config.PORT}`
    const certificates = createCertificates({
      db,
      openStorage: adapters.openStorage,
      typesetter: createTypesetter(),
      metrics,
      secretKey: config.SECRET_KEY,
      issuer: { name: config.PRODUCT_NAME, url: publicUrl },
      verificationBaseUrl: `${publicUrl}${API_PREFIX}/certificates`,
      now,
      newId,
    })
    return {
      routes: (app) => certificateRoutes(app, { certificates, authentication }),
      jobs: certificateJobs,
      handlers: createCertificateHandlers({ db, now, certificates, mailer }),
      recurring: [gradedRecurs],
    }
  })
}
