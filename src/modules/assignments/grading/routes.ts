import { actorOf, notAllowed, principalOf } from '#modules/auth/index.ts'
import { lessonNotFound } from '#modules/courses/index.ts'
import { etagOf, requireMatch } from '#platform/http/conditional.ts'
import { problemResponses } from '#platform/http/problem-responses.ts'
import type { Server } from '#platform/http/server.ts'
import { LessonParams } from '../assignment/schemas.ts'
import { alreadyReopened, assignmentNotFound, nothingToRelease, submissionNotFound } from '../problems.ts'
import type { Assignments } from '../service.ts'
import { Submission, SubmissionParams } from '../submission/schemas.ts'
import { GradeBody, ReleaseResult, ReopenBody, SubmissionEntryPage, SubmissionsQuery } from './schemas.ts'

const tags = ['assignments']

/** For those who may grade in the course. */
export async function gradingRoutes(app: Server, { assignments }: { assignments: Assignments }): Promise<void> {
  app.get(
    '/lessons/:lessonId/submissions',
    {
      schema: {
        operationId: 'listSubmissions',
        summary: 'List who has handed in what, and who has not, by name',
        tags,
        params: LessonParams,
        querystring: SubmissionsQuery,
        response: { 200: SubmissionEntryPage, ...problemResponses(lessonNotFound, assignmentNotFound, notAllowed) },
      },
    },
    async (request, reply) =>
      reply.send(await assignments.listSubmissions(principalOf(request), request.params.lessonId, request.query)),
  )

  app.put(
    '/submissions/:submissionId/grade',
    {
      config: { versioned: true },
      schema: {
        operationId: 'gradeSubmission',
        summary: 'Grade the latest version of a submission',
        description:
          'Send the ETag of the submission in If-Match: neither another grader nor a version that came meanwhile is then passed over.',
        tags,
        params: SubmissionParams,
        body: GradeBody,
        response: { 200: Submission, ...problemResponses(submissionNotFound, notAllowed) },
      },
    },
    async (request, reply) => {
      const check = (present: number) => requireMatch(request, present)
      const { submissionId } = request.params
      const actor = actorOf(request)
      const graded = await assignments.gradeSubmission(principalOf(request), submissionId, request.body, check, actor)
      return reply.header('etag', etagOf(graded.version)).send(graded.body)
    },
  )

  app.post(
    '/submissions/:submissionId/release',
    {
      schema: {
        operationId: 'releaseGrade',
        summary: 'Show the grade of a submission to its student',
        tags,
        params: SubmissionParams,
        response: { 200: Submission, ...problemResponses(submissionNotFound, notAllowed, nothingToRelease) },
      },
    },
    async (request, reply) => {
      const { submissionId } = request.params
      const released = await assignments.releaseGrade(principalOf(request), submissionId, actorOf(request))
      return reply.header('etag', etagOf(released.version)).send(released.body)
    },
  )

  app.post(
    '/lessons/:lessonId/submissions/release',
    {
      schema: {
        operationId: 'releaseGrades',
        summary: 'Show all grades of an assignment that are drafts to their students',
        tags,
        params: LessonParams,
        response: { 200: ReleaseResult, ...problemResponses(lessonNotFound, assignmentNotFound, notAllowed) },
      },
    },
    async (request, reply) => {
      const { lessonId } = request.params
      return reply.send({ released: await assignments.releaseAll(principalOf(request), lessonId, actorOf(request)) })
    },
  )

  app.post(
    '/submissions/:submissionId/reopen',
    {
      schema: {
        operationId: 'reopenSubmission',
        summary: 'Let a student hand in once more',
        description:
          'Cut-off and late policy do not bind that version: it is as late as the one before. For more time for a student who has handed in nothing, grant an accommodation.',
        tags,
        params: SubmissionParams,
        body: ReopenBody,
        response: { 200: Submission, ...problemResponses(submissionNotFound, notAllowed, alreadyReopened) },
      },
    },
    async (request, reply) => {
      const { submissionId } = request.params
      const { reason } = request.body
      const actor = actorOf(request)
      const reopened = await assignments.reopenSubmission(principalOf(request), submissionId, reason, actor)
      return reply.header('etag', etagOf(reopened.version)).send(reopened.body)
    },
  )
}
