import type { Kysely } from 'kysely'
import { type Authentication, principalOf } from '#modules/auth/index.ts'
import { courseNotFound } from '#modules/courses/index.ts'
import { problemResponses } from '#platform/http/problem-responses.ts'
import type { Server } from '#platform/http/server.ts'
import type { Database } from '../../database.ts'
import { readCourseAnalytics } from './reading.ts'
import { CourseAnalytics, CourseParams } from './schemas.ts'

interface AnalyticsRoutesDeps {
  readonly db: Kysely<Database>
  readonly now: () => Date
  readonly authentication: Authentication
}

export async function analyticsRoutes(app: Server, { db, now, authentication }: AnalyticsRoutesDeps): Promise<void> {
  authentication.signedIn(app)

  app.get(
    '/courses/:courseId/analytics',
    {
      schema: {
        operationId: 'getCourseAnalytics',
        summary: 'Read the statistics of a course, as its staff',
        tags: ['analytics'],
        params: CourseParams,
        response: { 200: CourseAnalytics, ...problemResponses(courseNotFound) },
      },
    },
    async (request, reply) =>
      reply.send(await readCourseAnalytics(db, principalOf(request), request.params.courseId, now())),
  )
}
