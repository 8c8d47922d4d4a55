import { type Authentication, notAllowed, principalOf } from '#modules/auth/index.ts'
import { lessonLocked, lessonNotFound, lessonNotReleased } from '#modules/courses/index.ts'
import { enrollmentNotActive, enrollmentNotFound } from '#modules/enrollments/index.ts'
import { problemResponses } from '#platform/http/problem-responses.ts'
import type { Server } from '#platform/http/server.ts'
import { passNeeded, timeNeeded } from './problems.ts'
import {
  CourseProgress,
  Dashboard,
  EnrollmentParams,
  HeartbeatAnswer,
  LessonCompletion,
  LessonParams,
} from './schemas.ts'
import type { Progress } from './service.ts'

interface ProgressRoutesDeps {
  readonly progress: Progress
  readonly authentication: Authentication
}

export async function progressRoutes(app: Server, { progress, authentication }: ProgressRoutesDeps): Promise<void> {
  authentication.signedIn(app)

  app.get(
    '/enrollments/:enrollmentId/progress',
    {
      schema: {
        operationId: 'getProgress',
        summary: 'Read where a student stands in a course, and why',
        tags: ['progress'],
        params: EnrollmentParams,
        response: { 200: CourseProgress, ...problemResponses(enrollmentNotFound) },
      },
    },
    async (request, reply) =>
      reply.send(await progress.readProgress(principalOf(request), request.params.enrollmentId)),
  )

  app.post(
    '/enrollments/:enrollmentId/lessons/:lessonId/complete',
    {
      config: { idempotent: true },
      schema: {
        operationId: 'completeLesson',
        summary: 'Mark a lesson of mine as done',
        description:
          'By the completion rule of the lesson: `mark` at once, `time` when enough time was measured, `pass` never. Doing it again changes nothing.',
        tags: ['progress'],
        params: LessonParams,
        response: {
          200: LessonCompletion,
          ...problemResponses(
            enrollmentNotFound,
            lessonNotFound,
            notAllowed,
            lessonLocked,
            lessonNotReleased,
            enrollmentNotActive,
            timeNeeded,
            passNeeded,
          ),
        },
      },
    },
    async (request, reply) => {
      const { enrollmentId, lessonId } = request.params
      return reply.send(await progress.markLesson(principalOf(request), enrollmentId, lessonId))
    },
  )

  app.post(
    '/enrollments/:enrollmentId/lessons/:lessonId/heartbeat',
    {
      schema: {
        operationId: 'beat',
        summary: 'Say that I have a lesson open, every 30 seconds',
        description:
          'The time is measured by the server, at most 60 seconds a heartbeat and only once for all open lessons of a student. After five minutes of silence a new sitting begins, whose first heartbeat credits nothing.',
        tags: ['progress'],
        params: LessonParams,
        response: {
          200: HeartbeatAnswer,
          ...problemResponses(
            enrollmentNotFound,
            lessonNotFound,
            notAllowed,
            lessonLocked,
            lessonNotReleased,
            enrollmentNotActive,
          ),
        },
      },
    },
    async (request, reply) => {
      const { enrollmentId, lessonId } = request.params
      return reply.send(await progress.beat(principalOf(request), enrollmentId, lessonId))
    },
  )

  app.get(
    '/users/me/dashboard',
    {
      schema: {
        operationId: 'getMyDashboard',
        summary: 'Read my courses, where to go on in each, and my activity',
        tags: ['progress'],
        response: { 200: Dashboard },
      },
    },
    async (request, reply) => reply.send(await progress.readDashboard(principalOf(request))),
  )
}
