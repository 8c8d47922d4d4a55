import { Type } from 'typebox'
import { type Authentication, notAllowed, principalOf } from '#modules/auth/index.ts'
import { sendCached } from '#platform/http/cached-body.ts'
import { etagOf } from '#platform/http/conditional.ts'
import { problemResponses } from '#platform/http/problem-responses.ts'
import type { Server } from '#platform/http/server.ts'
import { CourseParams } from '../course/schemas.ts'
import { courseNotFound, moduleNotEmpty, moduleNotFound, orderNotComplete, outlineFull } from '../problems.ts'
import { sendRepresentation } from '../send-representation.ts'
import type { Courses } from '../service.ts'
import { versionGuard } from '../version-guard.ts'
import { Module, ModuleBody, ModuleParams, OrderBody, Outline } from './schemas.ts'

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
      config: { versioned: true },
      schema: {
        operationId: 'getOutline',
        summary: 'Read the modules of a course with their lessons, without contents',
        tags: ['outline'],
        params: CourseParams,
        response: { 200: Outline, ...problemResponses(courseNotFound) },
      },
    },
    async (request, reply) => {
      const { courseId } = request.params
      const document = await courses.readPublicOutline(request.principal, courseId)
      if (document) return sendCached(request, reply, document)
      return sendRepresentation(request, reply, await courses.readOutline(request.principal, courseId))
    },
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
        body: ModuleBody,
        response: { 201: Module, ...problemResponses(courseNotFound, notAllowed, outlineFull) },
      },
    },
    async (request, reply) => {
      const { courseId } = request.params
      const { version, body } = await courses.createModule(principalOf(request), courseId, request.body)
      return reply.code(201).header('etag', etagOf(version)).send(body)
    },
  )

  app.put(
    '/courses/:courseId/modules/order',
    {
      config: { versioned: true },
      schema: {
        operationId: 'orderModules',
        summary: 'Put the modules of a course into another order',
        tags: ['outline'],
        params: CourseParams,
        body: OrderBody,
        response: { 200: Outline, ...problemResponses(courseNotFound, notAllowed, orderNotComplete) },
      },
    },
    async (request, reply) => {
      const { courseId } = request.params
      const { version, body } = await courses.orderModules(
        principalOf(request),
        courseId,
        request.body.ids,
        versionGuard(request),
      )
      return reply.header('etag', etagOf(version)).send(body)
    },
  )

  app.patch(
    '/modules/:moduleId',
    {
      config: { versioned: true },
      schema: {
        operationId: 'renameModule',
        summary: 'Change the title of a module',
        tags: ['outline'],
        params: ModuleParams,
        body: ModuleBody,
        response: { 200: Module, ...problemResponses(moduleNotFound, notAllowed) },
      },
    },
    async (request, reply) => {
      const { moduleId } = request.params
      const { version, body } = await courses.renameModule(
        principalOf(request),
        moduleId,
        request.body,
        versionGuard(request),
      )
      return reply.header('etag', etagOf(version)).send(body)
    },
  )

  app.delete(
    '/modules/:moduleId',
    {
      config: { versioned: true },
      schema: {
        operationId: 'deleteModule',
        summary: 'Delete an empty module',
        tags: ['outline'],
        params: ModuleParams,
        response: { 204: Type.Null(), ...problemResponses(moduleNotFound, notAllowed, moduleNotEmpty) },
      },
    },
    async (request, reply) => {
      await courses.deleteModule(principalOf(request), request.params.moduleId, versionGuard(request))
      return reply.code(204).send(null)
    },
  )
}
