import { Type } from 'typebox'
import { actorOf, notAllowed, principalOf } from '#modules/auth/index.ts'
import { courseNotFound, lessonLocked, lessonNotReleased } from '#modules/courses/index.ts'
import { enrollmentNotActive } from '#modules/enrollments/index.ts'
import { problemResponses } from '#platform/http/problem-responses.ts'
import type { Server } from '#platform/http/server.ts'
import {
  attemptNotFound,
  attemptOpen,
  enrollmentMissing,
  noAttemptLeft,
  otherAttemptOpen,
  quizClosed,
  quizEmpty,
  quizNotFound,
  quizNotOpen,
} from '../problems.ts'
import { QuizParams } from '../quiz/schemas.ts'
import type { Quizzes } from '../service.ts'
import {
  Attempt,
  AttemptEventPage,
  AttemptParams,
  AttemptSummary,
  AttemptsQuery,
  JournalQuery,
  ReopenBody,
  RosterAttemptPage,
} from './schemas.ts'

const tags = ['attempts']

export async function attemptRoutes(app: Server, deps: { readonly quizzes: Quizzes }): Promise<void> {
  await app.register(students, deps)
  await app.register(readers, deps)
  await app.register(staff, deps)
}

async function students(app: Server, { quizzes }: { readonly quizzes: Quizzes }): Promise<void> {
  app.post(
    '/quizzes/:quizId/attempts',
    {
      schema: {
        operationId: 'startAttempt',
        summary: 'Begin an attempt, or go on with the one that is open',
        description:
          'Its deadline, its questions and their order are fixed now, by the clock of the server. While it is open this gives the same attempt on every device, with what was saved (200).',
        tags,
        params: QuizParams,
        response: {
          200: Attempt,
          201: Attempt,
          ...problemResponses(
            quizNotFound,
            courseNotFound,
            enrollmentMissing,
            enrollmentNotActive,
            lessonLocked,
            lessonNotReleased,
            quizNotOpen,
            quizClosed,
            quizEmpty,
            noAttemptLeft,
          ),
        },
      },
    },
    async (request, reply) => {
      const caller = principalOf(request)
      const { attemptId, isNew } = await quizzes.startAttempt(caller, request.params.quizId)
      return reply.code(isNew ? 201 : 200).send(await quizzes.readAttempt(caller, attemptId))
    },
  )

  app.get(
    '/quizzes/:quizId/my-attempts',
    {
      schema: {
        operationId: 'listMyAttempts',
        summary: 'List my attempts at a quiz, the first first',
        tags,
        params: QuizParams,
        response: { 200: Type.Object({ items: Type.Array(AttemptSummary) }), ...problemResponses(quizNotFound) },
      },
    },
    async (request, reply) => reply.send(await quizzes.listMyAttempts(principalOf(request), request.params.quizId)),
  )

  app.post(
    '/attempts/:attemptId/submit',
    {
      schema: {
        operationId: 'submitAttempt',
        summary: 'Hand in my attempt',
        description:
          'Everything acknowledged before is in it. What a computer can grade is graded at once. Doing it again changes nothing.',
        tags,
        params: AttemptParams,
        response: { 200: Attempt, ...problemResponses(attemptNotFound) },
      },
    },
    async (request, reply) => {
      const caller = principalOf(request)
      await quizzes.submitAttempt(caller, request.params.attemptId)
      return reply.send(await quizzes.readAttempt(caller, request.params.attemptId))
    },
  )
}

async function readers(app: Server, { quizzes }: { readonly quizzes: Quizzes }): Promise<void> {
  app.get(
    '/attempts/:attemptId',
    {
      schema: {
        operationId: 'getAttempt',
        summary: 'Read an attempt',
        description:
          'While it is open its student sees questions and saved answers, afterwards what the quiz shows. Staff sees everything.',
        tags,
        params: AttemptParams,
        response: { 200: Attempt, ...problemResponses(attemptNotFound) },
      },
    },
    async (request, reply) => reply.send(await quizzes.readAttempt(principalOf(request), request.params.attemptId)),
  )

  app.get(
    '/attempts/:attemptId/journal',
    {
      schema: {
        operationId: 'getAttemptJournal',
        summary: 'Read what happened in an attempt, oldest first',
        description:
          'Only ever added to. For staff at any time, for its student once it was handed in. Each line of a save says what its receipt says.',
        tags,
        params: AttemptParams,
        querystring: JournalQuery,
        response: { 200: AttemptEventPage, ...problemResponses(attemptNotFound, attemptOpen) },
      },
    },
    async (request, reply) =>
      reply.send(await quizzes.readJournal(principalOf(request), request.params.attemptId, request.query)),
  )
}

async function staff(app: Server, { quizzes }: { readonly quizzes: Quizzes }): Promise<void> {
  app.get(
    '/quizzes/:quizId/attempts',
    {
      schema: {
        operationId: 'listAttempts',
        summary: 'List the attempts at a quiz, newest first (its staff)',
        tags,
        params: QuizParams,
        querystring: AttemptsQuery,
        response: { 200: RosterAttemptPage, ...problemResponses(quizNotFound, courseNotFound, notAllowed) },
      },
    },
    async (request, reply) =>
      reply.send(await quizzes.listAttempts(principalOf(request), request.params.quizId, request.query)),
  )

  app.post(
    '/attempts/:attemptId/reopen',
    {
      schema: {
        operationId: 'reopenAttempt',
        summary: 'Let a student go on with an attempt that was handed in (its staff)',
        description:
          'Its answers stay, what they had earned counts no longer until it is handed in again, and the reason is in its journal.',
        tags,
        params: AttemptParams,
        body: ReopenBody,
        response: { 200: Attempt, ...problemResponses(attemptNotFound, notAllowed, attemptOpen, otherAttemptOpen) },
      },
    },
    async (request, reply) => {
      const caller = principalOf(request)
      const { attemptId } = request.params
      await quizzes.reopenAttempt(caller, attemptId, request.body, actorOf(request))
      return reply.send(await quizzes.readAttempt(caller, attemptId))
    },
  )
}
