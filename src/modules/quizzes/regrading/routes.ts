import { notAllowed, principalOf } from '#modules/auth/index.ts'
import { courseNotFound } from '#modules/courses/index.ts'
import { questionNotFound, versionNotFound } from '#modules/questions/index.ts'
import { problemResponses } from '#platform/http/problem-responses.ts'
import type { Server } from '#platform/http/server.ts'
import { gradedByHand, questionNotAsked, quizNotFound, regradeNotFound } from '../problems.ts'
import { QuizParams } from '../quiz/schemas.ts'
import type { Quizzes } from '../service.ts'
import {
  PageQuery,
  Regrade,
  RegradeBody,
  RegradeChangePage,
  RegradePage,
  RegradeParams,
  RegradePreview,
  RegradeWish,
} from './schemas.ts'

const tags = ['grading']
const refusals = [
  quizNotFound,
  courseNotFound,
  notAllowed,
  questionNotFound,
  versionNotFound,
  questionNotAsked,
  gradedByHand,
] as const

/** Grading again after a key was corrected; who is signed in is for the caller to see to. */
export async function regradingRoutes(app: Server, { quizzes }: { readonly quizzes: Quizzes }): Promise<void> {
  app.post(
    '/quizzes/:quizId/regrades/preview',
    {
      schema: {
        operationId: 'previewRegrade',
        summary: 'See who would change, and by how much, if a question were graded again; nothing is stored',
        tags,
        params: QuizParams,
        body: RegradeWish,
        response: { 200: RegradePreview, ...problemResponses(...refusals) },
      },
    },
    async (request, reply) =>
      reply.send(await quizzes.previewRegrading(principalOf(request), request.params.quizId, request.body)),
  )

  app.post(
    '/quizzes/:quizId/regrades',
    {
      config: { idempotent: true },
      schema: {
        operationId: 'regrade',
        summary: 'Grade all answers to one question again, and from now on',
        description:
          'A job goes through what was handed in; each change is kept in a history, and students whose result changes are told by mail. Attempts that are open are graded so when they are handed in. What people graded by hand stays. The same again changes nothing.',
        tags,
        params: QuizParams,
        body: RegradeBody,
        response: { 201: Regrade, ...problemResponses(...refusals) },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await quizzes.regrade(principalOf(request), request.params.quizId, request.body)),
  )

  app.get(
    '/quizzes/:quizId/regrades',
    {
      schema: {
        operationId: 'listRegrades',
        summary: 'List the regrades of a quiz, newest first',
        tags,
        params: QuizParams,
        querystring: PageQuery,
        response: { 200: RegradePage, ...problemResponses(quizNotFound, courseNotFound, notAllowed) },
      },
    },
    async (request, reply) =>
      reply.send(await quizzes.listRegrades(principalOf(request), request.params.quizId, request.query)),
  )

  app.get(
    '/regrades/:regradeId',
    {
      schema: {
        operationId: 'getRegrade',
        summary: 'Read a regrade and whether it is done',
        tags,
        params: RegradeParams,
        response: { 200: Regrade, ...problemResponses(regradeNotFound, quizNotFound, courseNotFound, notAllowed) },
      },
    },
    async (request, reply) => reply.send(await quizzes.readRegrade(principalOf(request), request.params.regradeId)),
  )

  app.get(
    '/regrades/:regradeId/changes',
    {
      schema: {
        operationId: 'listRegradeChanges',
        summary: 'List whose answers a regrade has changed',
        tags,
        params: RegradeParams,
        querystring: PageQuery,
        response: {
          200: RegradeChangePage,
          ...problemResponses(regradeNotFound, quizNotFound, courseNotFound, notAllowed),
        },
      },
    },
    async (request, reply) =>
      reply.send(await quizzes.listRegradeChanges(principalOf(request), request.params.regradeId, request.query)),
  )
}
