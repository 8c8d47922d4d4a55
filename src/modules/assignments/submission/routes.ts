import { principalOf } from '#modules/auth/index.ts'
import { enrollmentNeeded, lessonLocked, lessonNotFound, lessonNotReleased } from '#modules/courses/index.ts'
import { enrollmentNotActive } from '#modules/enrollments/index.ts'
import { sendVersionedAfresh } from '#platform/http/conditional.ts'
import { problemResponses } from '#platform/http/problem-responses.ts'
import type { Server } from '#platform/http/server.ts'
import { LessonParams } from '../assignment/schemas.ts'
import { assignmentNotFound, notOpenYet, submissionNotFound, submissionsClosed, tooManyVersions } from '../problems.ts'
import type { Assignments } from '../service.ts'
import { HandInBody, Submission, SubmissionParams, SubmissionReceipt } from './schemas.ts'

const tags = ['assignments']

export async function submissionRoutes(app: Server, { assignments }: { assignments: Assignments }): Promise<void> {
  app.post(
    '/lessons/:lessonId/submissions',
    {
      config: { idempotent: true },
      schema: {
        operationId: 'handIn',
        summary: 'Hand in, for the first time or again',
        description:
          '201: a new version, which counts from now on; earlier ones are kept. 200: the same content was handed in before, and that counts with its time.',
        tags,
        params: LessonParams,
        body: HandInBody,
        response: {
          200: SubmissionReceipt,
          201: SubmissionReceipt,
          ...problemResponses(
            lessonNotFound,
            assignmentNotFound,
            enrollmentNeeded,
            enrollmentNotActive,
            lessonLocked,
            lessonNotReleased,
            notOpenYet,
            submissionsClosed,
            tooManyVersions,
          ),
        },
      },
    },
    async (request, reply) => {
      const { receipt, isNew } = await assignments.handIn(principalOf(request), request.params.lessonId, request.body)
      return reply.code(isNew ? 201 : 200).send(receipt)
    },
  )

  app.get(
    '/lessons/:lessonId/submissions/mine',
    {
      config: { versioned: true },
      schema: {
        operationId: 'getMySubmission',
        summary: 'Read what I have handed in, and my grade once it is released',
        tags,
        params: LessonParams,
        response: { 200: Submission, ...problemResponses(submissionNotFound) },
      },
    },
    async (request, reply) => {
      const found = await assignments.readOwnSubmission(principalOf(request), request.params.lessonId)
      return sendVersionedAfresh(reply, found.version, found.body)
    },
  )

  app.get(
    '/submissions/:submissionId',
    {
      config: { versioned: true },
      schema: {
        operationId: 'getSubmission',
        summary: 'Read a submission with all its versions',
        tags,
        params: SubmissionParams,
        response: { 200: Submission, ...problemResponses(submissionNotFound) },
      },
    },
    async (request, reply) => {
      const found = await assignments.readSubmission(principalOf(request), request.params.submissionId)
      return sendVersionedAfresh(reply, found.version, found.body)
    },
  )
}
