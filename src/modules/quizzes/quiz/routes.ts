import { Type } from 'typebox'
import { actorOf, notAllowed, principalOf } from '#modules/auth/index.ts'
import { courseNotFound, lessonNotFound } from '#modules/courses/index.ts'
import { enrollmentNotFound } from '#modules/enrollments/index.ts'
import { etagOf, requireMatch, sendVersionedAfresh } from '#platform/http/conditional.ts'
import { problemResponses } from '#platform/http/problem-responses.ts'
import type { Server } from '#platform/http/server.ts'
import { lessonWithoutQuiz, noQuizLesson, quizExists, quizInUse, quizNotFound } from '../problems.ts'
import type { Quizzes } from '../service.ts'
import {
  ChangeQuizBody,
  CreateQuizBody,
  ExtraAttempts,
  GrantAttemptsBody,
  LessonParams,
  Quiz,
  QuizParams,
} from './schemas.ts'

const tags = ['quizzes']

export async function quizAuthoringRoutes(app: Server, deps: { readonly quizzes: Quizzes }): Promise<void> {
  await app.register(readers, deps)
  await app.register(authors, deps)
}

async function readers(app: Server, { quizzes }: { readonly quizzes: Quizzes }): Promise<void> {
  app.get(
    '/lessons/:lessonId/quiz',
    {
      config: { versioned: true },
      schema: {
        operationId: 'getQuizOfLesson',
        summary: 'Read the quiz of a lesson',
        tags,
        params: LessonParams,
        response: { 200: Quiz, ...problemResponses(lessonWithoutQuiz, quizNotFound) },
      },
    },
    async (request, reply) => {
      const { version, body } = await quizzes.readQuizOfLesson(principalOf(request), request.params.lessonId)
      return sendVersionedAfresh(reply, version, body)
    },
  )

  app.get(
    '/quizzes/:quizId',
    {
      config: { versioned: true },
      schema: {
        operationId: 'getQuiz',
        summary: 'Read a quiz: its settings, and where I stand',
        tags,
        params: QuizParams,
        response: { 200: Quiz, ...problemResponses(quizNotFound) },
      },
    },
    async (request, reply) => {
      const { version, body } = await quizzes.readQuiz(principalOf(request), request.params.quizId)
      return sendVersionedAfresh(reply, version, body)
    },
  )
}

async function authors(app: Server, { quizzes }: { readonly quizzes: Quizzes }): Promise<void> {
  app.post(
    '/lessons/:lessonId/quiz',
    {
      config: { idempotent: true },
      schema: {
        operationId: 'createQuiz',
        summary: 'Make the quiz of a lesson (its staff)',
        tags,
        params: LessonParams,
        body: CreateQuizBody,
        response: {
          201: Quiz,
          ...problemResponses(lessonNotFound, courseNotFound, notAllowed, noQuizLesson, quizExists),
        },
      },
    },
    async (request, reply) => {
      const { lessonId } = request.params
      const { version, body } = await quizzes.createQuiz(principalOf(request), lessonId, request.body)
      return reply.code(201).header('etag', etagOf(version)).send(body)
    },
  )

  app.patch(
    '/quizzes/:quizId',
    {
      config: { versioned: true },
      schema: {
        operationId: 'changeQuiz',
        summary: 'Change a quiz, without any effect on attempts that have begun (its staff)',
        tags,
        params: QuizParams,
        body: ChangeQuizBody,
        response: { 200: Quiz, ...problemResponses(quizNotFound, courseNotFound, notAllowed) },
      },
    },
    async (request, reply) => {
      const check = (present: number) => requireMatch(request, present)
      const { quizId } = request.params
      const { version, body } = await quizzes.changeQuiz(principalOf(request), quizId, request.body, check)
      return reply.header('etag', etagOf(version)).send(body)
    },
  )

  app.delete(
    '/quizzes/:quizId',
    {
      config: { versioned: true },
      schema: {
        operationId: 'deleteQuiz',
        summary: 'Delete a quiz that has no attempts (its staff)',
        tags,
        params: QuizParams,
        response: { 204: Type.Null(), ...problemResponses(quizNotFound, courseNotFound, notAllowed, quizInUse) },
      },
    },
    async (request, reply) => {
      const check = (present: number) => requireMatch(request, present)
      await quizzes.removeQuiz(principalOf(request), request.params.quizId, check)
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/quizzes/:quizId/extra-attempts',
    {
      config: { idempotent: true },
      schema: {
        operationId: 'grantAttempts',
        summary: 'Grant a student more attempts than the quiz allows (its staff)',
        tags,
        params: QuizParams,
        body: GrantAttemptsBody,
        response: {
          201: ExtraAttempts,
          ...problemResponses(quizNotFound, courseNotFound, notAllowed, enrollmentNotFound),
        },
      },
    },
    async (request, reply) => {
      const { quizId } = request.params
      const granted = await quizzes.grantAttempts(principalOf(request), quizId, request.body, actorOf(request))
      return reply.code(201).send(granted)
    },
  )
}
