import { Type } from 'typebox'
import { type Authentication, notAllowed, principalOf } from '#modules/auth/index.ts'
import { etagOf, requireMatch, sendVersioned } from '#platform/http/conditional.ts'
import { problemResponses } from '#platform/http/problem-responses.ts'
import type { Server } from '#platform/http/server.ts'
import { bankRoutes } from './banks/routes.ts'
import {
  bankArchived,
  bankFull,
  bankNotFound,
  nothingToDo,
  questionInUse,
  questionNotFound,
  versionNotFound,
} from './problems.ts'
import {
  BankParams,
  ChangeQuestionBody,
  CreateQuestionBody,
  DuplicateQuestionBody,
  PageQuery,
  PreviewQuery,
  Question,
  QuestionPage,
  QuestionParams,
  QuestionsQuery,
  QuestionVersion,
  QuestionVersionPage,
  TryBody,
  TryResult,
  VersionParams,
} from './schemas.ts'
import type { Questions } from './service.ts'
import { StudentQuestion } from './showing.ts'

interface QuestionRoutesDeps {
  readonly questions: Questions
  readonly authentication: Authentication
}

const tags = ['questions']

export async function questionRoutes(app: Server, deps: QuestionRoutesDeps): Promise<void> {
  deps.authentication.signedIn(app)
  await app.register(bankRoutes, deps)
  await app.register(authors, deps)
  await app.register(readers, deps)
  await app.register(lifecycle, deps)
}

async function authors(app: Server, { questions }: QuestionRoutesDeps): Promise<void> {
  app.post(
    '/question-banks/:bankId/questions',
    {
      config: { idempotent: true },
      schema: {
        operationId: 'createQuestion',
        summary: 'Add a question to a bank',
        tags,
        params: BankParams,
        body: CreateQuestionBody,
        response: { 201: Question, ...problemResponses(bankNotFound, notAllowed, bankFull, bankArchived) },
      },
    },
    async (request, reply) => {
      const { bankId } = request.params
      const { version, body } = await questions.createQuestion(principalOf(request), bankId, request.body)
      return reply.code(201).header('etag', etagOf(version)).send(body)
    },
  )

  app.patch(
    '/questions/:questionId',
    {
      config: { versioned: true },
      schema: {
        operationId: 'changeQuestion',
        summary: 'Change a question; another content makes a new version, and attempts keep theirs',
        tags,
        params: QuestionParams,
        body: ChangeQuestionBody,
        response: { 200: Question, ...problemResponses(questionNotFound, notAllowed) },
      },
    },
    async (request, reply) => {
      const guard = (present: number) => requireMatch(request, present)
      const { questionId } = request.params
      const { version, body } = await questions.changeQuestion(principalOf(request), questionId, request.body, guard)
      return reply.header('etag', etagOf(version)).send(body)
    },
  )

  app.delete(
    '/questions/:questionId',
    {
      config: { versioned: true },
      schema: {
        operationId: 'deleteQuestion',
        summary: 'Delete a question that no quiz has used',
        tags,
        params: QuestionParams,
        response: { 204: Type.Null(), ...problemResponses(questionNotFound, notAllowed, questionInUse) },
      },
    },
    async (request, reply) => {
      const guard = (present: number) => requireMatch(request, present)
      await questions.removeQuestion(principalOf(request), request.params.questionId, guard)
      return reply.code(204).send(null)
    },
  )
}

async function readers(app: Server, { questions }: QuestionRoutesDeps): Promise<void> {
  app.get(
    '/question-banks/:bankId/questions',
    {
      schema: {
        operationId: 'listQuestions',
        summary: 'List the questions of a bank, the oldest first',
        tags,
        params: BankParams,
        querystring: QuestionsQuery,
        response: { 200: QuestionPage, ...problemResponses(bankNotFound) },
      },
    },
    async (request, reply) =>
      reply.send(await questions.listQuestions(principalOf(request), request.params.bankId, request.query)),
  )

  app.get(
    '/questions/:questionId',
    {
      config: { versioned: true },
      schema: {
        operationId: 'getQuestion',
        summary: 'Read a question with its key',
        tags,
        params: QuestionParams,
        response: { 200: Question, ...problemResponses(questionNotFound) },
      },
    },
    async (request, reply) => {
      const { version, body } = await questions.readQuestion(principalOf(request), request.params.questionId)
      return sendVersioned(request, reply, version, body)
    },
  )

  app.get(
    '/questions/:questionId/versions',
    {
      schema: {
        operationId: 'listQuestionVersions',
        summary: 'List the versions of a question, the newest first',
        tags,
        params: QuestionParams,
        querystring: PageQuery,
        response: { 200: QuestionVersionPage, ...problemResponses(questionNotFound) },
      },
    },
    async (request, reply) =>
      reply.send(await questions.listVersions(principalOf(request), request.params.questionId, request.query)),
  )

  app.get(
    '/questions/:questionId/versions/:versionNumber',
    {
      schema: {
        operationId: 'getQuestionVersion',
        summary: 'Read one version of a question, which never changes',
        tags,
        params: VersionParams,
        response: { 200: QuestionVersion, ...problemResponses(questionNotFound, versionNotFound) },
      },
    },
    async (request, reply) => {
      const { questionId, versionNumber } = request.params
      return reply.send(await questions.readVersion(principalOf(request), questionId, versionNumber))
    },
  )

  app.get(
    '/questions/:questionId/preview',
    {
      schema: {
        operationId: 'previewQuestion',
        summary: 'See a question as a student does: without its key, and in an order that the seed decides',
        tags,
        params: QuestionParams,
        querystring: PreviewQuery,
        response: { 200: StudentQuestion, ...problemResponses(questionNotFound) },
      },
    },
    async (request, reply) => {
      const { params, query } = request
      return reply.send(await questions.previewQuestion(principalOf(request), params.questionId, query.seed))
    },
  )

  app.post(
    '/questions/:questionId/try',
    {
      schema: {
        operationId: 'tryQuestion',
        summary: 'See what an answer would earn; nothing is stored',
        tags,
        params: QuestionParams,
        body: TryBody,
        response: { 200: TryResult, ...problemResponses(questionNotFound) },
      },
    },
    async (request, reply) => {
      const { questionId } = request.params
      return reply.send(await questions.tryQuestion(principalOf(request), questionId, request.body.answer))
    },
  )
}

async function lifecycle(app: Server, { questions }: QuestionRoutesDeps): Promise<void> {
  app.post(
    '/questions/:questionId/duplicate',
    {
      config: { idempotent: true },
      schema: {
        operationId: 'duplicateQuestion',
        summary: 'Make a new question that begins like this one, in its bank or another',
        tags,
        params: QuestionParams,
        body: DuplicateQuestionBody,
        response: {
          201: Question,
          ...problemResponses(questionNotFound, bankNotFound, notAllowed, bankFull, bankArchived),
        },
      },
    },
    async (request, reply) => {
      const { questionId } = request.params
      const { version, body } = await questions.duplicateQuestion(principalOf(request), questionId, request.body)
      return reply.code(201).header('etag', etagOf(version)).send(body)
    },
  )

  for (const [action, isArchived] of [
    ['archive', true],
    ['restore', false],
  ] as const) {
    app.post(
      `/questions/:questionId/${action}`,
      {
        schema: {
          operationId: `${action}Question`,
          summary: isArchived ? 'Take a question out of use' : 'Take an archived question into use again',
          tags,
          params: QuestionParams,
          response: { 200: Question, ...problemResponses(questionNotFound, notAllowed, nothingToDo) },
        },
      },
      async (request, reply) => {
        const { questionId } = request.params
        const { version, body } = await questions.archiveQuestion(principalOf(request), questionId, isArchived)
        return reply.header('etag', etagOf(version)).send(body)
      },
    )
  }
}
