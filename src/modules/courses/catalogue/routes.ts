import type { Authentication } from '#modules/auth/index.ts'
import { notAllowed } from '#modules/auth/index.ts'
import { sendCached } from '#platform/http/cached-body.ts'
import { Page } from '#platform/http/pagination.ts'
import { problemResponses } from '#platform/http/problem-responses.ts'
import type { Server } from '#platform/http/server.ts'
import type { Courses } from '../service.ts'
import { CatalogueQuery, CourseSummary } from './schemas.ts'

export async function catalogueRoutes(
  app: Server,
  { courses, authentication }: { courses: Courses; authentication: Authentication },
): Promise<void> {
  authentication.maybeSignedIn(app)

  app.get(
    '/courses',
    {
      config: { versioned: true },
      schema: {
        operationId: 'listCourses',
        summary: 'List the catalogue, or my courses',
        tags: ['courses'],
        querystring: CatalogueQuery,
        response: { 200: Page(CourseSummary), ...problemResponses(notAllowed) },
      },
    },
    async (request, reply) => {
      const { principal, query } = request
      const document = await courses.listPublicCourses(principal, query)
      if (document) return sendCached(request, reply, document)
      return reply.header('cache-control', 'private, no-store').send(await courses.listCourses(principal, query))
    },
  )
}
