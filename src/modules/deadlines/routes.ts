import { type TSchema, Type } from 'typebox'
import { type Authentication, actorOf, notAllowed, principalOf } from '#modules/auth/index.ts'
import { courseNotFound, enrollmentNeeded, lessonNotFound } from '#modules/courses/index.ts'
import { etagOf, requireMatch, sendVersionedAfresh } from '#platform/http/conditional.ts'
import { problemResponses } from '#platform/http/problem-responses.ts'
import type { Server } from '#platform/http/server.ts'
import { accommodationNotFound, noItem, studentNotInCourse } from './problems.ts'
import {
  type AccommodationBody,
  AccommodationPage,
  AccommodationsQuery,
  AccommodationView,
  CourseAccommodationBody,
  CourseParams,
  CourseStudentParams,
  DeadlineQuery,
  DeadlineView,
  ItemAccommodationBody,
  LessonParams,
  LessonStudentParams,
} from './schemas.ts'
import type { Deadlines } from './service.ts'
import type { Where } from './target.ts'

interface DeadlineRoutesDeps {
  readonly deadlines: Deadlines
  readonly authentication: Authentication
}

const tags = ['deadlines']

/** Who may do which of these is decided per course: see `target.ts` and `reading.ts`. */
export async function deadlineRoutes(app: Server, deps: DeadlineRoutesDeps): Promise<void> {
  deps.authentication.signedIn(app)
  await app.register(readers, deps)
  accommodationRoutes(app, deps, {
    path: '/courses/:courseId/accommodations/:userId',
    operation: 'CourseAccommodation',
    words: 'in all timed work of a course',
    params: CourseStudentParams,
    body: CourseAccommodationBody,
    missing: [courseNotFound],
  })
  accommodationRoutes(app, deps, {
    path: '/lessons/:lessonId/accommodations/:userId',
    operation: 'ItemAccommodation',
    words: 'for one quiz or assignment',
    params: LessonStudentParams,
    body: ItemAccommodationBody,
    missing: [lessonNotFound, noItem],
  })
}

async function readers(app: Server, { deadlines }: DeadlineRoutesDeps): Promise<void> {
  app.get(
    '/courses/:courseId/accommodations',
    {
      schema: {
        operationId: 'listAccommodations',
        summary: 'List what students are granted in a course, the oldest first',
        tags,
        params: CourseParams,
        querystring: AccommodationsQuery,
        response: { 200: AccommodationPage, ...problemResponses(courseNotFound, notAllowed) },
      },
    },
    async (request, reply) =>
      reply.send(await deadlines.listAccommodations(principalOf(request), request.params.courseId, request.query)),
  )

  app.get(
    '/lessons/:lessonId/deadline',
    {
      schema: {
        operationId: 'explainDeadline',
        summary: 'When a quiz or assignment is due for me, and why then',
        description: 'Staff may name a student with `userId`; without, they are told what holds for everybody.',
        tags,
        params: LessonParams,
        querystring: DeadlineQuery,
        response: {
          200: DeadlineView,
          ...problemResponses(lessonNotFound, noItem, studentNotInCourse, notAllowed, enrollmentNeeded),
        },
      },
    },
    async (request, reply) => {
      const { lessonId } = request.params
      const view = await deadlines.explainDeadline(principalOf(request), lessonId, request.query.userId)
      return reply.header('cache-control', 'no-store').send(view)
    },
  )
}

interface AccommodationRoutes {
  readonly path: string
  readonly operation: string
  readonly words: string
  readonly params: TSchema
  readonly body: TSchema
  readonly missing: readonly [Parameters<typeof problemResponses>[0], ...Parameters<typeof problemResponses>]
}

/** The same three for a whole course and for one item. */
function accommodationRoutes(app: Server, { deadlines }: DeadlineRoutesDeps, routes: AccommodationRoutes): void {
  const { path, operation, words, params, body } = routes
  const missing = [...routes.missing, studentNotInCourse, notAllowed]

  app.get(
    path,
    {
      config: { versioned: true },
      schema: {
        operationId: `get${operation}`,
        summary: `Read what a student is granted ${words}`,
        tags,
        params,
        response: { 200: AccommodationView, ...problemResponses(...routes.missing, accommodationNotFound, notAllowed) },
      },
    },
    async (request, reply) => {
      const found = await deadlines.readAccommodation(principalOf(request), request.params as Where)
      return sendVersionedAfresh(reply, found.version, found.body)
    },
  )

  app.put(
    path,
    {
      config: { versioned: true },
      schema: {
        operationId: `set${operation}`,
        summary: `Grant a student more time ${words}`,
        description: 'Replaces what was granted there before. Running attempts get the time at once.',
        tags,
        params,
        body,
        response: { 200: AccommodationView, 201: AccommodationView, ...problemResponses(...missing) },
      },
    },
    async (request, reply) => {
      const check = (present: number) => requireMatch(request, present)
      const input = request.body as AccommodationBody
      const actor = actorOf(request)
      const set = await deadlines.setAccommodation(principalOf(request), request.params as Where, input, check, actor)
      return reply
        .code(set.isNew ? 201 : 200)
        .header('etag', etagOf(set.version))
        .send(set.body)
    },
  )

  app.delete(
    path,
    {
      config: { versioned: true },
      schema: {
        operationId: `remove${operation}`,
        summary: `Take back what a student is granted ${words}`,
        tags,
        params,
        response: { 204: Type.Null(), ...problemResponses(...missing, accommodationNotFound) },
      },
    },
    async (request, reply) => {
      const check = (present: number) => requireMatch(request, present)
      await deadlines.removeAccommodation(principalOf(request), request.params as Where, check, actorOf(request))
      return reply.code(204).send(null)
    },
  )
}
