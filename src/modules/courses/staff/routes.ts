import { Type } from 'typebox'
import { type Authentication, actorOf, notAllowed, principalOf } from '#modules/auth/index.ts'
import { problemResponses } from '#platform/http/problem-responses.ts'
import type { Server } from '#platform/http/server.ts'
import { CourseParams } from '../course/schemas.ts'
import { courseNotFound } from '../problems.ts'
import type { Courses } from '../service.ts'
import { alreadyOnStaff, instructorNeeded, ownerStays, staffMemberNotFound } from './problems.ts'
import { AddStaffBody, ChangeStaffBody, StaffList, StaffMember, StaffParams, TransferBody } from './schemas.ts'

export async function staffRoutes(
  app: Server,
  { courses, authentication }: { courses: Courses; authentication: Authentication },
): Promise<void> {
  authentication.signedIn(app)

  app.get(
    '/courses/:courseId/staff',
    {
      schema: {
        operationId: 'listStaff',
        summary: 'List the staff of a course',
        tags: ['staff'],
        params: CourseParams,
        response: { 200: StaffList, ...problemResponses(courseNotFound, notAllowed) },
      },
    },
    async (request, reply) =>
      reply.send({ items: await courses.listStaff(principalOf(request), request.params.courseId) }),
  )

  app.post(
    '/courses/:courseId/staff',
    {
      config: { idempotent: true },
      schema: {
        operationId: 'addStaff',
        summary: 'Add a co-instructor or teaching assistant',
        tags: ['staff'],
        params: CourseParams,
        body: AddStaffBody,
        response: {
          201: StaffMember,
          ...problemResponses(courseNotFound, notAllowed, alreadyOnStaff, instructorNeeded),
        },
      },
    },
    async (request, reply) => {
      const { courseId } = request.params
      return reply
        .code(201)
        .send(await courses.addStaff(principalOf(request), courseId, request.body, actorOf(request)))
    },
  )

  app.patch(
    '/courses/:courseId/staff/:userId',
    {
      schema: {
        operationId: 'changeStaffRole',
        summary: 'Change the staff role of a person',
        tags: ['staff'],
        params: StaffParams,
        body: ChangeStaffBody,
        response: {
          200: StaffMember,
          ...problemResponses(courseNotFound, staffMemberNotFound, notAllowed, instructorNeeded, ownerStays),
        },
      },
    },
    async (request, reply) => {
      const { courseId, userId } = request.params
      const { staffRole } = request.body
      return reply.send(
        await courses.changeStaffRole(principalOf(request), courseId, userId, staffRole, actorOf(request)),
      )
    },
  )

  app.delete(
    '/courses/:courseId/staff/:userId',
    {
      schema: {
        operationId: 'removeStaff',
        summary: 'Take a person off the staff',
        tags: ['staff'],
        params: StaffParams,
        response: {
          204: Type.Null(),
          ...problemResponses(courseNotFound, staffMemberNotFound, notAllowed, ownerStays),
        },
      },
    },
    async (request, reply) => {
      const { courseId, userId } = request.params
      await courses.removeStaff(principalOf(request), courseId, userId, actorOf(request))
      return reply.code(204).send(null)
    },
  )

  app.put(
    '/courses/:courseId/owner',
    {
      schema: {
        operationId: 'transferOwnership',
        summary: 'Make another member of the staff the owner',
        tags: ['staff'],
        params: CourseParams,
        body: TransferBody,
        response: {
          200: StaffMember,
          ...problemResponses(courseNotFound, staffMemberNotFound, notAllowed, alreadyOnStaff, instructorNeeded),
        },
      },
    },
    async (request, reply) => {
      const { courseId } = request.params
      return reply.send(
        await courses.transferOwnership(principalOf(request), courseId, request.body.userId, actorOf(request)),
      )
    },
  )
}
