import { notAllowed, principalOf } from '#modules/auth/index.ts'
import { courseNotFound } from '#modules/courses/index.ts'
import { problemResponses } from '#platform/http/problem-responses.ts'
import type { Server } from '#platform/http/server.ts'
import { quizNotFound } from '../problems.ts'
import { QuizParams } from '../quiz/schemas.ts'
import type { Quizzes } from '../service.ts'
import { AnalysisQuery, ItemAnalysis } from './schemas.ts'

/** Who is signed in is for the caller to see to. */
export async function analysisRoutes(app: Server, { quizzes }: { readonly quizzes: Quizzes }): Promise<void> {
  app.get(
    '/quizzes/:quizId/item-analysis',
    {
      schema: {
        operationId: 'analyseItems',
        summary: 'See how hard each question was and how well it tells students apart',
        description:
          'Over graded attempts. Difficulty is the mean share of the points. Discrimination is the correlation of the share earned in the question with that earned in the rest of the attempt (Crocker and Algina, 1986); with few answers it says little.',
        tags: ['grading'],
        params: QuizParams,
        querystring: AnalysisQuery,
        response: { 200: ItemAnalysis, ...problemResponses(quizNotFound, courseNotFound, notAllowed) },
      },
    },
    async (request, reply) =>
      reply.send(await quizzes.analyseItems(principalOf(request), request.params.quizId, request.query)),
  )
}
