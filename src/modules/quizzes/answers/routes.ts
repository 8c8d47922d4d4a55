import { principalOf } from '#modules/auth/index.ts'
import { problemResponses } from '#platform/http/problem-responses.ts'
import type { Server } from '#platform/http/server.ts'
import { AttemptParams } from '../attempts/schemas.ts'
import { attemptNotFound, attemptSubmitted, questionNotInAttempt, sequenceReused, timeOver } from '../problems.ts'
import type { Quizzes } from '../service.ts'
import { AnswerParams, SaveAnswerBody, SaveAnswersBody, SavedAnswer, SavedAnswers } from './schemas.ts'

const tags = ['attempts']

export async function answerRoutes(app: Server, { quizzes }: { readonly quizzes: Quizzes }): Promise<void> {
  app.put(
    '/attempts/:attemptId/answers/:position',
    {
      schema: {
        operationId: 'saveAnswer',
        summary: 'Save my answer to one question',
        description:
          'Safe to repeat until the receipt is there: the same sequence and answer give the same receipt, also after handing in. An answer that arrives after a newer one changes nothing and is told so (`superseded`). What arrives after the deadline within its grace counts.',
        tags,
        params: AnswerParams,
        body: SaveAnswerBody,
        response: {
          200: SavedAnswer,
          ...problemResponses(attemptNotFound, questionNotInAttempt, attemptSubmitted, timeOver, sequenceReused),
        },
      },
    },
    async (request, reply) => {
      const { attemptId, position } = request.params
      return reply.send(await quizzes.saveAnswer(principalOf(request), attemptId, { position, ...request.body }))
    },
  )

  app.put(
    '/attempts/:attemptId/answers',
    {
      schema: {
        operationId: 'saveAnswers',
        summary: 'Save several of my answers at once',
        description:
          'For a device that was offline. Each stands for itself: what cannot be saved says why, and the others are saved.',
        tags,
        params: AttemptParams,
        body: SaveAnswersBody,
        response: { 200: SavedAnswers, ...problemResponses(attemptNotFound) },
      },
    },
    async (request, reply) =>
      reply.send(await quizzes.saveAnswers(principalOf(request), request.params.attemptId, request.body)),
  )
}
