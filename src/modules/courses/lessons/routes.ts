import { Type } from 'typebox'
import { type Authentication, notAllowed, principalOf } from '#modules/auth/index.ts'
import { etagOf } from '#platform/http/conditional.ts'
import { problemResponses } from '#platform/http/problem-responses.ts'
import type { Server } from '#platform/http/server.ts'
import { ModuleParams, OrderBody, Outline } from '../outline/schemas.ts'
import {
  enrollmentNeeded,
  lessonInUse,
  lessonLocked,
  lessonNotFound,
  lessonNotReleased,
  moduleNotFound,
  orderNotComplete,
  outlineFull,
  prerequisiteCycle,
  wrongStatus,
} from '../problems.ts'
import { sendRepresentation } from '../send-representation.ts'
import type { Courses } from '../service.ts'
import { versionGuard } from '../version-guard.ts'
import { ChangeLessonBody, CreateLessonBody, Lesson, LessonParams, MoveLessonBody } from './schemas.ts'

interface LessonRoutesDeps {
  readonly courses: Courses
  readonly authentication: Authentication
}

export async function lessonRoutes(app: Server, deps: LessonRoutesDeps): Promise<void> {
  await app.register(readers, deps)
  await app.register(authors, deps)
  await app.register(arrangers, deps)
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
      const { lessonId } = request.params
      return sendRepresentation(request, reply, await courses.readLesson(request.principal, lessonId))
    },
  )
}

/** What a lesson is. */
async function authors(app: Server, { courses, authentication }: LessonRoutesDeps): Promise<void> {
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
        response: { 201: Lesson, ...problemResponses(moduleNotFound, notAllowed, outlineFull) },
      },
    },
    async (request, reply) => {
      const { moduleId } = request.params
      const { version, body } = await courses.createLesson(principalOf(request), moduleId, request.body)
      return reply.code(201).header('etag', etagOf(version)).send(body)
    },
  )

  app.patch(
    '/lessons/:lessonId',
    {
      config: { versioned: true },
      schema: {
        operationId: 'changeLesson',
        summary: 'Change a lesson',
        tags: ['lessons'],
        params: LessonParams,
        body: ChangeLessonBody,
        response: { 200: Lesson, ...problemResponses(lessonNotFound, notAllowed, prerequisiteCycle) },
      },
    },
    async (request, reply) => {
      const { lessonId } = request.params
      const { version, body } = await courses.changeLesson(
        principalOf(request),
        lessonId,
        request.body,
        versionGuard(request),
      )
      return reply.header('etag', etagOf(version)).send(body)
    },
  )

  app.post(
    '/lessons/:lessonId/publish',
    {
      config: { idempotent: true },
      schema: {
        operationId: 'publishLesson',
        summary: 'Show a draft or archived lesson to students',
        tags: ['lessons'],
        params: LessonParams,
        response: { 200: Lesson, ...problemResponses(lessonNotFound, notAllowed, wrongStatus) },
      },
    },
    async (request, reply) => {
      const { lessonId } = request.params
      const { version, body } = await courses.publishLesson(principalOf(request), lessonId)
      return reply.header('etag', etagOf(version)).send(body)
    },
  )

  app.post(
    '/lessons/:lessonId/archive',
    {
      config: { idempotent: true },
      schema: {
        operationId: 'archiveLesson',
        summary: 'Hide a lesson from students',
        tags: ['lessons'],
        params: LessonParams,
        response: { 200: Lesson, ...problemResponses(lessonNotFound, notAllowed, wrongStatus) },
      },
    },
    async (request, reply) => {
      const { lessonId } = request.params
      const { version, body } = await courses.archiveLesson(principalOf(request), lessonId)
      return reply.header('etag', etagOf(version)).send(body)
    },
  )

  app.delete(
    '/lessons/:lessonId',
    {
      config: { versioned: true },
      schema: {
        operationId: 'deleteLesson',
        summary: 'Delete a lesson that nobody has begun',
        tags: ['lessons'],
        params: LessonParams,
        response: { 204: Type.Null(), ...problemResponses(lessonNotFound, notAllowed, lessonInUse) },
      },
    },
    async (request, reply) => {
      await courses.deleteLesson(principalOf(request), request.params.lessonId, versionGuard(request))
      return reply.code(204).send(null)
    },
  )
}

/** Where a lesson stands: both answer with the outline, and `If-Match` names the version of the course. */
async function arrangers(app: Server, { courses, authentication }: LessonRoutesDeps): Promise<void> {
  authentication.signedIn(app)

  app.put(
    '/modules/:moduleId/lessons/order',
    {
      config: { versioned: true },
      schema: {
        operationId: 'orderLessons',
        summary: 'Put the lessons of a module into another order',
        tags: ['lessons'],
        params: ModuleParams,
        body: OrderBody,
        response: { 200: Outline, ...problemResponses(moduleNotFound, notAllowed, orderNotComplete) },
      },
    },
    async (request, reply) => {
      const { moduleId } = request.params
      const { version, body } = await courses.orderLessons(
        principalOf(request),
        moduleId,
        request.body.ids,
        versionGuard(request),
      )
      return reply.header('etag', etagOf(version)).send(body)
    },
  )

  app.post(
    '/lessons/:lessonId/move',
    {
      config: { versioned: true },
      schema: {
        operationId: 'moveLesson',
        summary: 'Move a lesson within its course',
        tags: ['lessons'],
        params: LessonParams,
        body: MoveLessonBody,
        response: { 200: Outline, ...problemResponses(lessonNotFound, notAllowed) },
      },
    },
    async (request, reply) => {
      const { lessonId } = request.params
      const { version, body } = await courses.moveLesson(
        principalOf(request),
        lessonId,
        request.body,
        versionGuard(request),
      )
      return reply.header('etag', etagOf(version)).send(body)
    },
  )
}
