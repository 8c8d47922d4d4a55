import { type Authentication, notAllowed, principalOf } from '#modules/auth/index.ts'
import { etagOf, sendVersioned } from '#platform/http/conditional.ts'
import { problemResponses } from '#platform/http/problem-responses.ts'
import type { Server } from '#platform/http/server.ts'
import { ModuleParams } from '../outline/schemas.ts'
import { enrollmentNeeded, lessonLocked, lessonNotFound, lessonNotReleased, moduleNotFound } from '../problems.ts'
import type { Courses } from '../service.ts'
import { CreateLessonBody, Lesson, LessonParams } from './schemas.ts'

interface LessonRoutesDeps {
  readonly courses: Courses
  readonly authentication: Authentication
}

export async function lessonRoutes(app: Server, deps: LessonRoutesDeps): Promise<void> {
  await app.register(readers, deps)
  await app.register(staff, deps)
}

async function readers(app: Server, { courses, authentication }: LessonRoutesDeps): Promise<void> {
  authentication.maybeSignedIn(app)

  app.get(
    '/lessons/:lessonId',
    {
      config: { versioned: true },
      schema: {
        operationId: 'getLesson',
        summary: 'Read a lesson with its content',
        tags: ['lessons'],
        params: LessonParams,
        response: {
          200: Lesson,
          ...problemResponses(lessonNotFound, enrollmentNeeded, lessonNotReleased, lessonLocked),
        },
      },
    },
    async (request, reply) => {
      const { version, body } = await courses.readLesson(request.principal, request.params.lessonId)
      return sendVersioned(request, reply, version, body)
    },
  )
}

async function staff(app: Server, { courses, authentication }: LessonRoutesDeps): Promise<void> {
  authentication.signedIn(app)

  app.post(
    '/modules/:moduleId/lessons',
    {
      config: { idempotent: true },
      schema: {
        operationId: 'createLesson',
        summary: 'Add a lesson at the end of a module',
        tags: ['lessons'],
        params: ModuleParams,
        body: CreateLessonBody,
        response: { 201: Lesson, ...problemResponses(moduleNotFound, notAllowed) },
      },
    },
    async (request, reply) => {
      const { moduleId } = request.params
      const { version, body } = await courses.createLesson(principalOf(request), moduleId, request.body)
      return reply.code(201).header('etag', etagOf(version)).send(body)
    },
  )
}
