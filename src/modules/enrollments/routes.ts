import { type Authentication, actorOf, notAllowed, principalOf } from '#modules/auth/index.ts'
import { courseNotFound } from '#modules/courses/index.ts'
import { etagOf, requireMatch, sendVersioned } from '#platform/http/conditional.ts'
import { PageQuery } from '#platform/http/pagination.ts'
import { problemResponses } from '#platform/http/problem-responses.ts'
import type { Server } from '#platform/http/server.ts'
import { toEnrollment } from './as-of.ts'
import {
  alreadyEnrolled,
  courseFull,
  courseNotOpen,
  enrollmentNotActive,
  enrollmentNotFound,
  notAStudent,
  personNotFound,
  prerequisitesMissing,
  selfEnrollmentOff,
  staffOnlyReturn,
} from './problems.ts'
import {
  BulkBody,
  BulkResult,
  ChangeEnrollmentBody,
  CourseParams,
  EnrollBody,
  Enrollment,
  EnrollmentEventPage,
  EnrollmentParams,
  MyEnrollmentPage,
  MyEnrollmentsQuery,
  type Person,
  RosterPage,
  RosterQuery,
} from './schemas.ts'
import type { Enrollments } from './service.ts'

interface EnrollmentRoutesDeps {
  readonly enrollments: Enrollments
  readonly authentication: Authentication
}

/** Who may do which of these is decided per course and enrollment: see `access.ts`. */
export async function enrollmentRoutes(app: Server, deps: EnrollmentRoutesDeps): Promise<void> {
  deps.authentication.signedIn(app)
  await app.register(courseRoutes, deps)
  await app.register(ownRoutes, deps)
}

async function courseRoutes(app: Server, { enrollments }: EnrollmentRoutesDeps): Promise<void> {
  app.post(
    '/courses/:courseId/enrollments',
    {
      config: { idempotent: true },
      schema: {
        operationId: 'enroll',
        summary: 'Enroll: without a body myself, with one (staff) somebody else',
        description: '201: a new enrollment. 200: an earlier one is active again, with its progress.',
        tags: ['enrollments'],
        params: CourseParams,
        body: EnrollBody,
        response: {
          200: Enrollment,
          201: Enrollment,
          ...problemResponses(
            courseNotFound,
            personNotFound,
            notAllowed,
            alreadyEnrolled,
            courseFull,
            courseNotOpen,
            selfEnrollmentOff,
            prerequisitesMissing,
            staffOnlyReturn,
            notAStudent,
          ),
        },
      },
    },
    async (request, reply) => {
      const caller = principalOf(request)
      const { courseId } = request.params
      const person = somebodyElse(request.body ?? {}, caller.userId)
      const { enrollment, outcome } = person
        ? await enrollments.enrollPerson(caller, courseId, person, actorOf(request))
        : await enrollments.enrollMyself(caller, courseId)
      return reply.code(outcome === 'enrolled' ? 201 : 200).send(enrollment)
    },
  )

  app.post(
    '/courses/:courseId/enrollments/bulk',
    {
      config: { idempotent: true },
      schema: {
        operationId: 'enrollMany',
        summary: 'Enroll up to 500 people (staff), with an answer per row',
        description:
          'A row that cannot be done leaves the others alone. A refusal of the whole request (4xx, 5xx) means that nothing was done.',
        tags: ['enrollments'],
        params: CourseParams,
        body: BulkBody,
        response: { 200: BulkResult, ...problemResponses(courseNotFound, notAllowed, courseNotOpen) },
      },
    },
    async (request, reply) => {
      const { params, body } = request
      return reply.send(
        await enrollments.enrollMany(principalOf(request), params.courseId, body.rows, actorOf(request)),
      )
    },
  )

  app.get(
    '/courses/:courseId/enrollments',
    {
      schema: {
        operationId: 'listRoster',
        summary: 'List the enrollments of a course (staff), newest first',
        tags: ['enrollments'],
        params: CourseParams,
        querystring: RosterQuery,
        response: { 200: RosterPage, ...problemResponses(courseNotFound, notAllowed) },
      },
    },
    async (request, reply) =>
      reply.send(await enrollments.listRoster(principalOf(request), request.params.courseId, request.query)),
  )
}

async function ownRoutes(app: Server, { enrollments }: EnrollmentRoutesDeps): Promise<void> {
  app.get(
    '/enrollments',
    {
      schema: {
        operationId: 'listMyEnrollments',
        summary: 'List my enrollments with course and progress, newest first',
        tags: ['enrollments'],
        querystring: MyEnrollmentsQuery,
        response: { 200: MyEnrollmentPage },
      },
    },
    async (request, reply) => reply.send(await enrollments.listMine(principalOf(request), request.query)),
  )

  app.get(
    '/enrollments/:enrollmentId',
    {
      config: { versioned: true },
      schema: {
        operationId: 'getEnrollment',
        summary: 'Read an enrollment: mine, or one of my course',
        tags: ['enrollments'],
        params: EnrollmentParams,
        response: { 200: Enrollment, ...problemResponses(enrollmentNotFound) },
      },
    },
    async (request, reply) => {
      const row = await enrollments.readEnrollment(principalOf(request), request.params.enrollmentId)
      return sendVersioned(request, reply, row.version, toEnrollment(row))
    },
  )

  app.patch(
    '/enrollments/:enrollmentId',
    {
      config: { versioned: true },
      schema: {
        operationId: 'changeEnrollment',
        summary: 'Set when an enrollment ends (staff)',
        description: 'An expired enrollment becomes active again, when there is a seat.',
        tags: ['enrollments'],
        params: EnrollmentParams,
        body: ChangeEnrollmentBody,
        response: {
          200: Enrollment,
          ...problemResponses(enrollmentNotFound, notAllowed, enrollmentNotActive, courseFull),
        },
      },
    },
    async (request, reply) => {
      const row = await enrollments.changeEnd(
        principalOf(request),
        request.params.enrollmentId,
        request.body.expiresAt,
        (version) => requireMatch(request, version),
        actorOf(request),
      )
      return reply.header('etag', etagOf(row.version)).send(toEnrollment(row))
    },
  )

  app.post(
    '/enrollments/:enrollmentId/withdraw',
    {
      config: { idempotent: true },
      schema: {
        operationId: 'withdraw',
        summary: 'Leave a course, or take a student out of it (staff)',
        description: 'Progress and history are kept: who comes back goes on where he left.',
        tags: ['enrollments'],
        params: EnrollmentParams,
        response: { 200: Enrollment, ...problemResponses(enrollmentNotFound, notAllowed, enrollmentNotActive) },
      },
    },
    async (request, reply) => {
      const { enrollmentId } = request.params
      const row = await enrollments.withdraw(principalOf(request), enrollmentId, actorOf(request))
      return reply.header('etag', etagOf(row.version)).send(toEnrollment(row))
    },
  )

  app.get(
    '/enrollments/:enrollmentId/events',
    {
      schema: {
        operationId: 'listEnrollmentEvents',
        summary: 'List what happened to an enrollment, oldest first',
        tags: ['enrollments'],
        params: EnrollmentParams,
        querystring: PageQuery,
        response: { 200: EnrollmentEventPage, ...problemResponses(enrollmentNotFound) },
      },
    },
    async (request, reply) =>
      reply.send(await enrollments.listEvents(principalOf(request), request.params.enrollmentId, request.query)),
  )
}

/** Whom the body names, unless it is the caller. */
function somebodyElse(body: Partial<Person>, callerId: string): Person | undefined {
  if (body.email === undefined && (body.userId === undefined || body.userId === callerId)) return undefined
  return body
}
