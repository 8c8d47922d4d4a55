import { actorOf, notAllowed, principalOf } from '#modules/auth/index.ts'
import { courseNotFound } from '#modules/courses/index.ts'
import { etagOf, requireMatch, sendVersionedAfresh } from '#platform/http/conditional.ts'
import { problemResponses } from '#platform/http/problem-responses.ts'
import type { Server } from '#platform/http/server.ts'
import { attemptNotFound, attemptOpen, ownAttempt, questionNotInAttempt } from '../problems.ts'
import type { Quizzes } from '../service.ts'
import { AnswerGrading, AnswerParams, CourseParams, GradeAnswerBody, QueueQuery, WaitingAnswerPage } from './schemas.ts'

const tags = ['grading']

/** What graders do; who is signed in is for the caller to see to. */
export async function gradingRoutes(app: Server, { quizzes }: { readonly quizzes: Quizzes }): Promise<void> {
  app.get(
    '/courses/:courseId/grading-queue',
    {
      schema: {
        operationId: 'listWaitingAnswers',
        summary: 'List the answers that wait for a grader, those handed in first first',
        tags,
        params: CourseParams,
        querystring: QueueQuery,
        response: { 200: WaitingAnswerPage, ...problemResponses(courseNotFound, notAllowed) },
      },
    },
    async (request, reply) => {
      const { courseId } = request.params
      return reply.send(await quizzes.listWaitingAnswers(principalOf(request), courseId, request.query))
    },
  )

  app.get(
    '/attempts/:attemptId/answers/:position/grading',
    {
      config: { versioned: true },
      schema: {
        operationId: 'getAnswerGrading',
        summary: 'Read one answer with its question, its key and all decisions about it, as a grader',
        tags,
        params: AnswerParams,
        response: { 200: AnswerGrading, ...problemResponses(attemptNotFound, questionNotInAttempt, notAllowed) },
      },
    },
    async (request, reply) => {
      const { attemptId, position } = request.params
      const { version, body } = await quizzes.readGrading(principalOf(request), attemptId, position)
      return sendVersionedAfresh(reply, version, body)
    },
  )

  app.put(
    '/attempts/:attemptId/answers/:position/grading',
    {
      config: { versioned: true },
      schema: {
        operationId: 'gradeAnswer',
        summary: 'Decide what an answer earns',
        description:
          'The last answer that waited completes the attempt: its score, its grade and the mail to the student follow. Send If-Match, so that two graders do not overwrite each other.',
        tags,
        params: AnswerParams,
        body: GradeAnswerBody,
        response: {
          200: AnswerGrading,
          ...problemResponses(attemptNotFound, questionNotInAttempt, notAllowed, ownAttempt, attemptOpen),
        },
      },
    },
    async (request, reply) => {
      const { attemptId, position } = request.params
      const guard = (present: number) => requireMatch(request, present)
      const caller = principalOf(request)
      const { body: input } = request
      const { version, body } = await quizzes.gradeByHand(caller, attemptId, position, input, guard, actorOf(request))
      return reply.header('etag', etagOf(version)).send(body)
    },
  )
}
