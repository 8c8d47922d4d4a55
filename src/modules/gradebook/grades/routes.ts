import { actorOf, notAllowed, principalOf } from '#modules/auth/index.ts'
import { enrollmentNotFound } from '#modules/enrollments/index.ts'
import { etagOf, requireMatch, sendVersioned } from '#platform/http/conditional.ts'
import { problemResponses } from '#platform/http/problem-responses.ts'
import type { Server } from '#platform/http/server.ts'
import { gradeItemNotFound, itemFollowsSource, ownGrade } from '../problems.ts'
import type { GradebookRoutesDeps } from '../routes.ts'
import { ChangeGradeBody, EventsQuery, Grade, GradeEventPage, GradeParams } from './schemas.ts'

const tags = ['gradebook']

export async function gradeRoutes(app: Server, { gradebook }: GradebookRoutesDeps): Promise<void> {
  app.get(
    '/enrollments/:enrollmentId/grades/:itemId',
    {
      config: { versioned: true },
      schema: {
        operationId: 'getGrade',
        summary: 'Read one grade of a student (staff)',
        tags,
        params: GradeParams,
        response: { 200: Grade, ...problemResponses(enrollmentNotFound, gradeItemNotFound, notAllowed) },
      },
    },
    async (request, reply) => {
      const { version, body } = await gradebook.readGrade(principalOf(request), request.params)
      return sendVersioned(request, reply, version, body)
    },
  )

  app.patch(
    '/enrollments/:enrollmentId/grades/:itemId',
    {
      config: { versioned: true },
      schema: {
        operationId: 'changeGrade',
        summary: 'Enter a manual grade, override one, or excuse a student, with a reason',
        description:
          'Entering points needs the right to grade; overriding and excusing needs the right to edit the course. An override counts until it is removed with `null`, whatever is graded again.',
        tags,
        params: GradeParams,
        body: ChangeGradeBody,
        response: {
          200: Grade,
          ...problemResponses(enrollmentNotFound, gradeItemNotFound, notAllowed, ownGrade, itemFollowsSource),
        },
      },
    },
    async (request, reply) => {
      const check = (present: number) => requireMatch(request, present)
      const caller = principalOf(request)
      const { version, body } = await gradebook.changeGradeByHand(
        caller,
        request.params,
        request.body,
        check,
        actorOf(request),
      )
      return reply.header('etag', etagOf(version)).send(body)
    },
  )

  app.get(
    '/enrollments/:enrollmentId/grades/:itemId/events',
    {
      schema: {
        operationId: 'listGradeEvents',
        summary: 'List what happened to a grade, oldest first (staff)',
        tags,
        params: GradeParams,
        querystring: EventsQuery,
        response: { 200: GradeEventPage, ...problemResponses(enrollmentNotFound, gradeItemNotFound, notAllowed) },
      },
    },
    async (request, reply) =>
      reply.send(await gradebook.listEvents(principalOf(request), request.params, request.query)),
  )
}
