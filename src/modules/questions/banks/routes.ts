import { Type } from 'typebox'
import { notAllowed, principalOf } from '#modules/auth/index.ts'
import { courseNotFound } from '#modules/courses/index.ts'
import { etagOf, requireMatch, sendVersionedAfresh } from '#platform/http/conditional.ts'
import { problemResponses } from '#platform/http/problem-responses.ts'
import type { Server } from '#platform/http/server.ts'
import { bankArchived, bankFull, bankNotFound, nothingToDo, questionInUse } from '../problems.ts'
import {
  BankParams,
  BanksQuery,
  ChangeBankBody,
  CourseParams,
  CreateBankBody,
  ImportBody,
  ImportResult,
  QuestionBank,
  QuestionBankPage,
  QuestionExport,
} from '../schemas.ts'
import type { Questions } from '../service.ts'

const tags = ['questions']
const IMPORT_MAX_BYTES = 8 * 1024 * 1024

/** Who is signed in is for the caller to see to. */
export async function bankRoutes(app: Server, { questions }: { questions: Questions }): Promise<void> {
  app.post(
    '/courses/:courseId/question-banks',
    {
      config: { idempotent: true },
      schema: {
        operationId: 'createQuestionBank',
        summary: 'Add a question bank to a course',
        tags,
        params: CourseParams,
        body: CreateBankBody,
        response: { 201: QuestionBank, ...problemResponses(courseNotFound, notAllowed) },
      },
    },
    async (request, reply) => {
      const { courseId } = request.params
      const { version, body } = await questions.createBank(principalOf(request), courseId, request.body)
      return reply.code(201).header('etag', etagOf(version)).send(body)
    },
  )

  app.get(
    '/courses/:courseId/question-banks',
    {
      schema: {
        operationId: 'listQuestionBanks',
        summary: 'List the question banks of a course, the oldest first',
        tags,
        params: CourseParams,
        querystring: BanksQuery,
        response: { 200: QuestionBankPage, ...problemResponses(courseNotFound, notAllowed) },
      },
    },
    async (request, reply) =>
      reply.send(await questions.listBanks(principalOf(request), request.params.courseId, request.query)),
  )

  app.get(
    '/question-banks/:bankId',
    {
      config: { versioned: true },
      schema: {
        operationId: 'getQuestionBank',
        summary: 'Read a question bank',
        tags,
        params: BankParams,
        response: { 200: QuestionBank, ...problemResponses(bankNotFound) },
      },
    },
    async (request, reply) => {
      const { version, body } = await questions.readBank(principalOf(request), request.params.bankId)
      return sendVersionedAfresh(reply, version, body)
    },
  )

  app.patch(
    '/question-banks/:bankId',
    {
      config: { versioned: true },
      schema: {
        operationId: 'changeQuestionBank',
        summary: 'Change the title or description of a question bank',
        tags,
        params: BankParams,
        body: ChangeBankBody,
        response: { 200: QuestionBank, ...problemResponses(bankNotFound, notAllowed) },
      },
    },
    async (request, reply) => {
      const guard = (present: number) => requireMatch(request, present)
      const { bankId } = request.params
      const { version, body } = await questions.changeBank(principalOf(request), bankId, request.body, guard)
      return reply.header('etag', etagOf(version)).send(body)
    },
  )

  app.delete(
    '/question-banks/:bankId',
    {
      config: { versioned: true },
      schema: {
        operationId: 'deleteQuestionBank',
        summary: 'Delete a question bank that no quiz has used, with its questions',
        tags,
        params: BankParams,
        response: { 204: Type.Null(), ...problemResponses(bankNotFound, notAllowed, questionInUse) },
      },
    },
    async (request, reply) => {
      const guard = (present: number) => requireMatch(request, present)
      await questions.removeBank(principalOf(request), request.params.bankId, guard)
      return reply.code(204).send(null)
    },
  )

  await app.register(archiving, { questions })
  await app.register(portable, { questions })
}

async function archiving(app: Server, { questions }: { questions: Questions }): Promise<void> {
  for (const [action, isArchived] of [
    ['archive', true],
    ['restore', false],
  ] as const) {
    app.post(
      `/question-banks/:bankId/${action}`,
      {
        schema: {
          operationId: `${action}QuestionBank`,
          summary: isArchived ? 'Take a question bank out of use' : 'Take an archived question bank into use again',
          tags,
          params: BankParams,
          response: { 200: QuestionBank, ...problemResponses(bankNotFound, notAllowed, nothingToDo) },
        },
      },
      async (request, reply) => {
        const { bankId } = request.params
        const { version, body } = await questions.archiveBank(principalOf(request), bankId, isArchived)
        return reply.header('etag', etagOf(version)).send(body)
      },
    )
  }
}

async function portable(app: Server, { questions }: { questions: Questions }): Promise<void> {
  app.get(
    '/question-banks/:bankId/export',
    {
      schema: {
        operationId: 'exportQuestionBank',
        summary: 'Read all questions of a bank as one document, as the import takes it',
        tags,
        params: BankParams,
        response: { 200: QuestionExport, ...problemResponses(bankNotFound) },
      },
    },
    async (request, reply) => reply.send(await questions.exportBank(principalOf(request), request.params.bankId)),
  )

  app.post(
    '/question-banks/:bankId/import',
    {
      bodyLimit: IMPORT_MAX_BYTES,
      config: { idempotent: true },
      schema: {
        operationId: 'importQuestions',
        summary: 'Add up to 500 questions to a bank, all or none; a refusal tells all that is wrong, with its place',
        tags,
        params: BankParams,
        body: ImportBody,
        response: { 201: ImportResult, ...problemResponses(bankNotFound, notAllowed, bankFull, bankArchived) },
      },
    },
    async (request, reply) => {
      const { bankId } = request.params
      return reply.code(201).send(await questions.importBank(principalOf(request), bankId, request.body))
    },
  )
}
