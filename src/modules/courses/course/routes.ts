import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { type Authentication, actorOf, notAllowed, principalOf } from '#modules/auth/index.ts'
import { sendCached } from '#platform/http/cached-body.ts'
import { etagOf } from '#platform/http/conditional.ts'
import { problemResponses } from '#platform/http/problem-responses.ts'
import type { Server } from '#platform/http/server.ts'
import type { CourseName } from '../access/queries.ts'
import {
  capacityTooSmall,
  courseInUse,
  courseNotFound,
  courseNotReady,
  prerequisiteCycle,
  slugTaken,
  wrongStatus,
} from '../problems.ts'
import { sendRepresentation } from '../send-representation.ts'
import type { Courses } from '../service.ts'
import { versionGuard } from '../version-guard.ts'
import { ChangeCourseBody, Course, CourseParams, CreateCourseBody, SlugParams } from './schemas.ts'

interface CourseRoutesDeps {
  readonly courses: Courses
  readonly authentication: Authentication
}

export async function courseRoutes(app: Server, deps: CourseRoutesDeps): Promise<void> {
  await app.register(readers, deps)
  await app.register(creators, deps)
  await app.register(staff, deps)
}

async function readers(app: Server, { courses, authentication }: CourseRoutesDeps): Promise<void> {
  authentication.maybeSignedIn(app)

  async function sendCourse(request: FastifyRequest, reply: FastifyReply, by: CourseName): Promise<FastifyReply> {
    const document = await courses.readPublicCourse(request.principal, by)
    if (document) return sendCached(request, reply, document)
    return sendRepresentation(request, reply, await courses.readCourse(request.principal, by))
  }

  app.get(
    '/courses/:courseId',
    {
      config: { versioned: true },
      schema: {
        operationId: 'getCourse',
        summary: 'Read a course',
        tags: ['courses'],
        params: CourseParams,
        response: { 200: Course, ...problemResponses(courseNotFound) },
      },
    },
    async (request, reply) => {
      return sendCourse(request, reply, { id: request.params.courseId })
    },
  )

  app.get(
    '/courses/by-slug/:slug',
    {
      config: { versioned: true },
      schema: {
        operationId: 'getCourseBySlug',
        summary: 'Read a course by its slug',
        tags: ['courses'],
        params: SlugParams,
        response: { 200: Course, ...problemResponses(courseNotFound) },
      },
    },
    async (request, reply) => {
      return sendCourse(request, reply, { slug: request.params.slug })
    },
  )
}

async function creators(app: Server, { courses, authentication }: CourseRoutesDeps): Promise<void> {
  authentication.signedIn(app)
  authentication.withRole(app, 'instructor', 'administrator')

  app.post(
    '/courses',
    {
      config: { idempotent: true },
      schema: {
        operationId: 'createCourse',
        summary: 'Create a draft that I own',
        tags: ['courses'],
        body: CreateCourseBody,
        response: { 201: Course, ...problemResponses(slugTaken) },
      },
    },
    async (request, reply) => {
      const { version, body } = await courses.createCourse(principalOf(request), request.body, actorOf(request))
      return reply.code(201).header('etag', etagOf(version)).send(body)
    },
  )
}

/** Who may do which of these is decided per course: see `access/rights.ts`. */
async function staff(app: Server, { courses, authentication }: CourseRoutesDeps): Promise<void> {
  authentication.signedIn(app)

  app.patch(
    '/courses/:courseId',
    {
      config: { versioned: true },
      schema: {
        operationId: 'changeCourse',
        summary: 'Change a course',
        tags: ['courses'],
        params: CourseParams,
        body: ChangeCourseBody,
        response: {
          200: Course,
          ...problemResponses(courseNotFound, notAllowed, slugTaken, capacityTooSmall, prerequisiteCycle),
        },
      },
    },
    async (request, reply) => {
      const { courseId } = request.params
      const { version, body } = await courses.changeCourse(
        principalOf(request),
        courseId,
        request.body,
        versionGuard(request),
      )
      return reply.header('etag', etagOf(version)).send(body)
    },
  )

  app.delete(
    '/courses/:courseId',
    {
      config: { versioned: true },
      schema: {
        operationId: 'deleteCourse',
        summary: 'Delete a course that never had students',
        tags: ['courses'],
        params: CourseParams,
        response: {
          204: Type.Null(),
          ...problemResponses(courseNotFound, notAllowed, courseInUse),
        },
      },
    },
    async (request, reply) => {
      const { courseId } = request.params
      await courses.deleteCourse(principalOf(request), courseId, versionGuard(request), actorOf(request))
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/courses/:courseId/publish',
    {
      config: { idempotent: true },
      schema: {
        operationId: 'publishCourse',
        summary: 'Open a draft or archived course to students',
        tags: ['courses'],
        params: CourseParams,
        response: { 200: Course, ...problemResponses(courseNotFound, notAllowed, courseNotReady, wrongStatus) },
      },
    },
    async (request, reply) => {
      const { courseId } = request.params
      const { version, body } = await courses.publishCourse(principalOf(request), courseId, actorOf(request))
      return reply.header('etag', etagOf(version)).send(body)
    },
  )

  app.post(
    '/courses/:courseId/archive',
    {
      config: { idempotent: true },
      schema: {
        operationId: 'archiveCourse',
        summary: 'Take a published course out of the catalogue',
        tags: ['courses'],
        params: CourseParams,
        response: { 200: Course, ...problemResponses(courseNotFound, notAllowed, wrongStatus) },
      },
    },
    async (request, reply) => {
      const { courseId } = request.params
      const { version, body } = await courses.archiveCourse(principalOf(request), courseId, actorOf(request))
      return reply.header('etag', etagOf(version)).send(body)
    },
  )
}
