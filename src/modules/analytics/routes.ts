import type { Kysely } from 'kysely'
import { type Authentication, principalOf } from '#modules/auth/index.ts'
import { courseNotFound } from '#modules/courses/index.ts'
import { PageQuery } from '#platform/http/pagination.ts'
import { problemResponses } from '#platform/http/problem-responses.ts'
import type { Server } from '#platform/http/server.ts'
import type { Database } from '../../database.ts'
import { listAttention } from './reading/attention.ts'
import { readCourseAnalytics, readCourseDays, readCourseLessons } from './reading/course.ts'
import { readSystem, readTeaching } from './reading/overviews.ts'
import {
  AttentionPage,
  CourseAnalytics,
  CourseDays,
  CourseLessons,
  CourseParams,
  SystemOverview,
  TeachingOverview,
} from './schemas.ts'

interface AnalyticsRoutesDeps {
  readonly db: Kysely<Database>
  readonly now: () => Date
  readonly authentication: Authentication
}

const tags = ['analytics']

export async function analyticsRoutes(app: Server, deps: AnalyticsRoutesDeps): Promise<void> {
  deps.authentication.signedIn(app)
  await app.register(ofCourse, deps)
  await app.register(ofStudents, deps)
  await app.register(ofTeaching, deps)
  await app.register(ofSystem, deps)
}

async function ofCourse(app: Server, { db, now }: AnalyticsRoutesDeps): Promise<void> {
  app.get(
    '/courses/:courseId/analytics',
    {
      schema: {
        operationId: 'getCourseAnalytics',
        summary: 'Read the statistics of a course, as its staff',
        tags,
        params: CourseParams,
        response: { 200: CourseAnalytics, ...problemResponses(courseNotFound) },
      },
    },
    async (request, reply) =>
      reply.send(await readCourseAnalytics(db, principalOf(request), request.params.courseId, now())),
  )

  app.get(
    '/courses/:courseId/analytics/daily',
    {
      schema: {
        operationId: 'getCourseDays',
        summary: 'Read what happened in a course on each of the last 90 days, as its staff',
        tags,
        params: CourseParams,
        response: { 200: CourseDays, ...problemResponses(courseNotFound) },
      },
    },
    async (request, reply) =>
      reply.send(await readCourseDays(db, principalOf(request), request.params.courseId, now())),
  )

  app.get(
    '/courses/:courseId/analytics/lessons',
    {
      schema: {
        operationId: 'getCourseLessonStandings',
        summary: 'Read how far students have come with each lesson and where they stop, as staff',
        tags,
        params: CourseParams,
        response: { 200: CourseLessons, ...problemResponses(courseNotFound) },
      },
    },
    async (request, reply) =>
      reply.send(await readCourseLessons(db, principalOf(request), request.params.courseId, now())),
  )
}

async function ofStudents(app: Server, { db, now }: AnalyticsRoutesDeps): Promise<void> {
  app.get(
    '/courses/:courseId/analytics/attention',
    {
      schema: {
        operationId: 'listSilentStudents',
        summary: 'List the students of a course who need attention, those silent for longest first, as staff',
        description:
          'Active students who have not completed the course and have done nothing in it for 14 days, as they are at this moment.',
        tags,
        params: CourseParams,
        querystring: PageQuery,
        response: { 200: AttentionPage, ...problemResponses(courseNotFound) },
      },
    },
    async (request, reply) =>
      reply.send(await listAttention(db, principalOf(request), request.params.courseId, request.query, now())),
  )
}

async function ofTeaching(app: Server, { db }: AnalyticsRoutesDeps): Promise<void> {
  app.get(
    '/users/me/teaching',
    {
      schema: {
        operationId: 'getMyTeaching',
        summary: 'Read how the courses do that I teach',
        description: 'Courses whose staff I belong to, by title; empty for everybody else.',
        tags,
        querystring: PageQuery,
        response: { 200: TeachingOverview },
      },
    },
    async (request, reply) => reply.send(await readTeaching(db, principalOf(request), request.query)),
  )
}

async function ofSystem(app: Server, { db, now, authentication }: AnalyticsRoutesDeps): Promise<void> {
  authentication.withRole(app, 'administrator')

  app.get(
    '/admin/overview',
    {
      schema: {
        operationId: 'getSystemOverview',
        summary: 'Read how the whole institution does',
        tags,
        response: { 200: SystemOverview },
      },
    },
    async (_request, reply) => reply.send(await readSystem(db, now())),
  )
}
