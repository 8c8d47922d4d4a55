import { Type } from 'typebox'
import { actorOf, notAllowed, principalOf } from '#modules/auth/index.ts'
import { enrollmentNeeded, lessonLocked, lessonNotFound, lessonNotReleased } from '#modules/courses/index.ts'
import { etagOf, requireMatch, sendVersionedAfresh } from '#platform/http/conditional.ts'
import { problemResponses } from '#platform/http/problem-responses.ts'
import type { Server } from '#platform/http/server.ts'
import { assignmentInUse, assignmentNotFound, notAnAssignment } from '../problems.ts'
import type { Assignments } from '../service.ts'
import { Assignment, AssignmentBody, LessonParams } from './schemas.ts'

const path = '/lessons/:lessonId/assignment'
const tags = ['assignments']

export async function assignmentRoutes(app: Server, { assignments }: { assignments: Assignments }): Promise<void> {
  app.get(
    path,
    {
      config: { versioned: true },
      schema: {
        operationId: 'getAssignment',
        summary: 'Read the assignment of a lesson',
        description: '`GET /lessons/{lessonId}/deadline` tells until when the caller may hand in, and why.',
        tags,
        params: LessonParams,
        response: {
          200: Assignment,
          ...problemResponses(lessonNotFound, assignmentNotFound, enrollmentNeeded, lessonLocked, lessonNotReleased),
        },
      },
    },
    async (request, reply) => {
      const found = await assignments.readAssignment(principalOf(request), request.params.lessonId)
      return sendVersionedAfresh(reply, found.version, found.body)
    },
  )

  app.put(
    path,
    {
      config: { versioned: true },
      schema: {
        operationId: 'setUpAssignment',
        summary: 'Set up the assignment of a lesson, or change how it is set up',
        description:
          'What is left out gets its default. What was handed in already is judged by the new dates and late policy.',
        tags,
        params: LessonParams,
        body: AssignmentBody,
        response: {
          200: Assignment,
          201: Assignment,
          ...problemResponses(lessonNotFound, notAllowed, notAnAssignment),
        },
      },
    },
    async (request, reply) => {
      const { lessonId } = request.params
      const check = (present: number) => requireMatch(request, present)
      const actor = actorOf(request)
      const set = await assignments.setUpAssignment(principalOf(request), lessonId, request.body, check, actor)
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
        operationId: 'deleteAssignment',
        summary: 'Delete an assignment for which nobody has handed in',
        tags,
        params: LessonParams,
        response: {
          204: Type.Null(),
          ...problemResponses(lessonNotFound, notAllowed, notAnAssignment, assignmentNotFound, assignmentInUse),
        },
      },
    },
    async (request, reply) => {
      const check = (present: number) => requireMatch(request, present)
      await assignments.removeAssignment(principalOf(request), request.params.lessonId, check, actorOf(request))
      return reply.code(204).send(null)
    },
  )
}
