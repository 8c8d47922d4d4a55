import { Type } from 'typebox'
import { type Authentication, actorOf, principalOf } from '#modules/auth/index.ts'
import { courseNotFound } from '#modules/courses/index.ts'
import { etagOf, requireMatch, sendVersionedAfresh } from '#platform/http/conditional.ts'
import { problemResponses } from '#platform/http/problem-responses.ts'
import type { Server } from '#platform/http/server.ts'
import { alreadyReviewed, enrollmentMissing, moreProgressNeeded, reviewNotFound, reviewState } from './problems.ts'
import {
  ChangeReviewBody,
  CourseParams,
  CourseRating,
  CourseReviewsQuery,
  HideReviewBody,
  Review,
  ReviewPage,
  ReviewParams,
  ReviewsQuery,
  WriteReviewBody,
} from './schemas.ts'
import type { Reviews } from './service.ts'

interface ReviewRoutesDeps {
  readonly reviews: Reviews
  readonly authentication: Authentication
}

const tags = ['reviews']

export async function reviewRoutes(app: Server, deps: ReviewRoutesDeps): Promise<void> {
  await app.register(readers, deps)
  await app.register(authors, deps)
  await app.register(moderators, deps)
}

async function readers(app: Server, { reviews, authentication }: ReviewRoutesDeps): Promise<void> {
  authentication.maybeSignedIn(app)

  app.get(
    '/courses/:courseId/reviews',
    {
      schema: {
        operationId: 'listCourseReviews',
        summary: 'List the reviews of a course, newest first',
        tags,
        params: CourseParams,
        querystring: CourseReviewsQuery,
        response: { 200: ReviewPage, ...problemResponses(courseNotFound) },
      },
    },
    async (request, reply) =>
      reply.send(await reviews.listCourseReviews(request.principal, request.params.courseId, request.query)),
  )

  app.get(
    '/courses/:courseId/rating',
    {
      schema: {
        operationId: 'getCourseRating',
        summary: 'Read the average rating of a course and how many gave which',
        tags,
        params: CourseParams,
        response: { 200: CourseRating, ...problemResponses(courseNotFound) },
      },
    },
    async (request, reply) => reply.send(await reviews.readRating(request.principal, request.params.courseId)),
  )

  app.get(
    '/reviews/:reviewId',
    {
      config: { versioned: true },
      schema: {
        operationId: 'getReview',
        summary: 'Read a review',
        tags,
        params: ReviewParams,
        response: { 200: Review, ...problemResponses(reviewNotFound, courseNotFound) },
      },
    },
    async (request, reply) => {
      const { version, body } = await reviews.readReview(request.principal, request.params.reviewId)
      return sendVersionedAfresh(reply, version, body)
    },
  )
}

async function authors(app: Server, { reviews, authentication }: ReviewRoutesDeps): Promise<void> {
  authentication.signedIn(app)

  app.post(
    '/courses/:courseId/reviews',
    {
      config: { idempotent: true },
      schema: {
        operationId: 'writeReview',
        summary: 'Review a course that I am or was enrolled in, after 20 % of it',
        tags,
        params: CourseParams,
        body: WriteReviewBody,
        response: {
          201: Review,
          ...problemResponses(courseNotFound, enrollmentMissing, moreProgressNeeded, alreadyReviewed),
        },
      },
    },
    async (request, reply) => {
      const { courseId } = request.params
      const { version, body } = await reviews.writeReview(principalOf(request), courseId, request.body)
      return reply.code(201).header('etag', etagOf(version)).send(body)
    },
  )

  app.patch(
    '/reviews/:reviewId',
    {
      config: { versioned: true },
      schema: {
        operationId: 'changeReview',
        summary: 'Change my review',
        tags,
        params: ReviewParams,
        body: ChangeReviewBody,
        response: { 200: Review, ...problemResponses(reviewNotFound) },
      },
    },
    async (request, reply) => {
      const check = (present: number) => requireMatch(request, present)
      const { reviewId } = request.params
      const { version, body } = await reviews.changeReview(principalOf(request), reviewId, request.body, check)
      return reply.header('etag', etagOf(version)).send(body)
    },
  )

  app.delete(
    '/reviews/:reviewId',
    {
      config: { versioned: true },
      schema: {
        operationId: 'deleteReview',
        summary: 'Delete my review',
        tags,
        params: ReviewParams,
        response: { 204: Type.Null(), ...problemResponses(reviewNotFound) },
      },
    },
    async (request, reply) => {
      const check = (present: number) => requireMatch(request, present)
      await reviews.removeReview(principalOf(request), request.params.reviewId, check)
      return reply.code(204).send(null)
    },
  )
}

async function moderators(app: Server, { reviews, authentication }: ReviewRoutesDeps): Promise<void> {
  authentication.signedIn(app)
  authentication.withRole(app, 'administrator')

  app.get(
    '/reviews',
    {
      schema: {
        operationId: 'listReviews',
        summary: 'List all reviews, newest first (administrators)',
        tags,
        querystring: ReviewsQuery,
        response: { 200: ReviewPage },
      },
    },
    async (request, reply) => reply.send(await reviews.listReviews(principalOf(request), request.query)),
  )

  app.post(
    '/reviews/:reviewId/hide',
    {
      schema: {
        operationId: 'hideReview',
        summary: 'Keep a review from the public and out of the rating (administrators)',
        tags,
        params: ReviewParams,
        body: HideReviewBody,
        response: { 200: Review, ...problemResponses(reviewNotFound, reviewState) },
      },
    },
    async (request, reply) => {
      const { params, body: wanted } = request
      const caller = principalOf(request)
      const { version, body } = await reviews.hideReview(caller, params.reviewId, wanted.reason, actorOf(request))
      return reply.header('etag', etagOf(version)).send(body)
    },
  )

  app.post(
    '/reviews/:reviewId/show',
    {
      schema: {
        operationId: 'showReview',
        summary: 'Show a hidden review again (administrators)',
        tags,
        params: ReviewParams,
        response: { 200: Review, ...problemResponses(reviewNotFound, reviewState) },
      },
    },
    async (request, reply) => {
      const { version, body } = await reviews.showReview(
        principalOf(request),
        request.params.reviewId,
        actorOf(request),
      )
      return reply.header('etag', etagOf(version)).send(body)
    },
  )
}
