import { type Authentication, notAllowed, principalOf } from '#modules/auth/index.ts'
import { etagOf } from '#platform/http/conditional.ts'
import { problemResponses } from '#platform/http/problem-responses.ts'
import type { Server } from '#platform/http/server.ts'
import { CourseParams } from '../course/schemas.ts'
import { courseNotFound } from '../problems.ts'
import type { Courses } from '../service.ts'
import { CreateModuleBody, Module, Outline } from './schemas.ts'

interface OutlineRoutesDeps {
  readonly courses: Courses
  readonly authentication: Authentication
}

export async function outlineRoutes(app: Server, deps: OutlineRoutesDeps): Promise<void> {
  await app.register(readers, deps)
  await app.register(staff, deps)
}

async function readers(app: Server, { courses, authentication }: OutlineRoutesDeps): Promise<void> {
  authentication.maybeSignedIn(app)

  app.get(
    '/courses/:courseId/outline',
    {
      schema: {
        operationId: 'getOutline',
        summary: 'Read the modules of a course with their lessons, without contents',
        tags: ['outline'],
        params: CourseParams,
        response: { 200: Outline, ...problemResponses(courseNotFound) },
      },
    },
    async (request, reply) => reply.send(await courses.readOutline(request.principal, request.params.courseId)),
  )
}

async function staff(app: Server, { courses, authentication }: OutlineRoutesDeps): Promise<void> {
  authentication.signedIn(app)

  app.post(
    '/courses/:courseId/modules',
    {
      config: { idempotent: true },
      schema: {
        operationId: 'createModule',
        summary: 'Add a module at the end of a course',
        tags: ['outline'],
        params: CourseParams,
        body: CreateModuleBody,
        response: { 201: Module, ...problemResponses(courseNotFound, notAllowed) },
      },
    },
    async (request, reply) => {
      const { courseId } = request.params
      const { version, body } = await courses.createModule(principalOf(request), courseId, request.body)
      return reply.code(201).header('etag', etagOf(version)).send(body)
    },
  )
}
