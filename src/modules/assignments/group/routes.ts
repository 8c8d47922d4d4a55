import { actorOf, notAllowed, principalOf } from '#modules/auth/index.ts'
import { enrollmentNeeded, lessonLocked, lessonNotFound, lessonNotReleased } from '#modules/courses/index.ts'
import { problemResponses } from '#platform/http/problem-responses.ts'
import type { Server } from '#platform/http/server.ts'
import { LessonParams } from '../assignment/schemas.ts'
import { assignmentNotFound } from '../problems.ts'
import type { Assignments } from '../service.ts'
import { AssignmentGroups, GroupsBody } from './schemas.ts'

const path = '/lessons/:lessonId/groups'
const tags = ['assignments']

export async function groupRoutes(app: Server, { assignments }: { assignments: Assignments }): Promise<void> {
  app.get(
    path,
    {
      schema: {
        operationId: 'listGroups',
        summary: 'List the groups of an assignment; students see their own',
        tags,
        params: LessonParams,
        response: {
          200: AssignmentGroups,
          ...problemResponses(lessonNotFound, assignmentNotFound, enrollmentNeeded, lessonLocked, lessonNotReleased),
        },
      },
    },
    async (request, reply) => reply.send(await assignments.listGroups(principalOf(request), request.params.lessonId)),
  )

  app.put(
    path,
    {
      schema: {
        operationId: 'setGroups',
        summary: 'Make these the groups of an assignment',
        description:
          'What one member hands in is handed in for all, and a grade is for all, unless it is given to one of them.',
        tags,
        params: LessonParams,
        body: GroupsBody,
        response: { 200: AssignmentGroups, ...problemResponses(lessonNotFound, assignmentNotFound, notAllowed) },
      },
    },
    async (request, reply) => {
      const { lessonId } = request.params
      return reply.send(await assignments.setGroups(principalOf(request), lessonId, request.body, actorOf(request)))
    },
  )
}
