import type { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { notAllowed, principalOf } from '#modules/auth/index.ts'
import { courseNotFound } from '#modules/courses/index.ts'
import { enrollmentNotFound } from '#modules/enrollments/index.ts'
import { problemResponses } from '#platform/http/problem-responses.ts'
import type { Server } from '#platform/http/server.ts'
import { attachmentDisposition } from '#platform/storage/content-disposition.ts'
import { neverEnrolled } from '../problems.ts'
import type { GradebookRoutesDeps } from '../routes.ts'
import { CourseParams } from '../setup/schemas.ts'
import { EnrollmentParams, ExportQuery, Gradebook, GradebookQuery, StudentGrades } from './schemas.ts'

const tags = ['gradebook']

export async function reportRoutes(app: Server, deps: GradebookRoutesDeps): Promise<void> {
  await app.register(staffRoutes, deps)
  await app.register(studentRoutes, deps)
}

async function staffRoutes(app: Server, { gradebook }: GradebookRoutesDeps): Promise<void> {
  app.get(
    '/courses/:courseId/gradebook',
    {
      schema: {
        operationId: 'getGradebook',
        summary: 'Read the gradebook of a course: students by name, with all grades and totals (staff)',
        description:
          'Totals contain what is not released yet. Students who have withdrawn are left out unless asked for; those whose enrollment has expired stay.',
        tags,
        params: CourseParams,
        querystring: GradebookQuery,
        response: { 200: Gradebook, ...problemResponses(courseNotFound, notAllowed) },
      },
    },
    async (request, reply) =>
      reply.send(await gradebook.readGradebook(principalOf(request), request.params.courseId, request.query)),
  )

  app.get(
    '/courses/:courseId/gradebook.csv',
    {
      schema: {
        operationId: 'exportGradebook',
        summary: 'Download the whole gradebook of a course as CSV (staff)',
        description:
          'UTF-8 with a byte order mark, as the page has it: the points that count, `EX` for excused, nothing for not graded. Text that a spreadsheet would take for a formula (it begins with `=`, `+`, `-` or `@`, a tab or a new line) has an apostrophe in front of it.',
        tags,
        params: CourseParams,
        querystring: ExportQuery,
        response: {
          200: { description: 'The gradebook.', content: { 'text/csv': { schema: Type.String() } } },
          ...problemResponses(courseNotFound, notAllowed),
        },
      },
    },
    async (request, reply) => {
      const { courseId } = request.params
      const { fileName, lines } = await gradebook.exportGradebook(principalOf(request), courseId, request.query)
      return sendCsv(reply, fileName, lines)
    },
  )

  app.get(
    '/enrollments/:enrollmentId/grades',
    {
      schema: {
        operationId: 'getStudentGrades',
        summary: 'Read all grades of one student and how they come about (staff)',
        description: 'With items that are not released; the student himself reads `/courses/{courseId}/grades/me`.',
        tags,
        params: EnrollmentParams,
        response: { 200: StudentGrades, ...problemResponses(enrollmentNotFound, notAllowed) },
      },
    },
    async (request, reply) =>
      reply.send(await gradebook.readStudentGrades(principalOf(request), request.params.enrollmentId)),
  )
}

function sendCsv(reply: FastifyReply, fileName: string, lines: Readable): FastifyReply {
  return reply
    .headers({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': attachmentDisposition(fileName),
      'cache-control': 'no-store',
    })
    .send(lines)
}

async function studentRoutes(app: Server, { gradebook }: GradebookRoutesDeps): Promise<void> {
  app.get(
    '/courses/:courseId/grades/me',
    {
      schema: {
        operationId: 'getMyGrades',
        summary: 'Read my grades in a course and how they come about',
        description: 'Released items only, and totals of these. Also after the enrollment has ended.',
        tags,
        params: CourseParams,
        response: { 200: StudentGrades, ...problemResponses(courseNotFound, neverEnrolled) },
      },
    },
    async (request, reply) => reply.send(await gradebook.readMyGrades(principalOf(request), request.params.courseId)),
  )
}
