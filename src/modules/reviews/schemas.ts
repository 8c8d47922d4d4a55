import { type Static, Type } from 'typebox'
import { nullable } from '#platform/http/nullable.ts'
import { Page, PageQuery } from '#platform/http/pagination.ts'

const id = Type.String({ format: 'uuid' })
const time = Type.String({ format: 'date-time' })
const rating = Type.Integer({ minimum: 1, maximum: 5, description: 'Stars.' })

export const REVIEW_TEXT_MIN = 10
const text = Type.String({
  minLength: REVIEW_TEXT_MIN,
  maxLength: 2000,
  description: 'Plain text; spaces around it do not count.',
})

export const Review = Type.Object(
  {
    id,
    courseId: id,
    rating,
    text: Type.String(),
    authorName: Type.String({ description: 'First name and initial.' }),
    createdAt: time,
    updatedAt: time,
    isMine: Type.Boolean(),
    hiddenAt: nullable(Type.String({ format: 'date-time', description: 'Shown to its author and administrators.' })),
    hiddenReason: nullable(Type.String()),
  },
  { $id: 'Review' },
)
export type Review = Static<typeof Review>
export const ReviewPage = Page(Review)

const stars = Type.Integer({ minimum: 0 })
export const CourseRating = Type.Object(
  {
    courseId: id,
    average: nullable(Type.Number({ minimum: 1, maximum: 5, description: 'Two decimals; null without reviews.' })),
    count: stars,
    byStars: Type.Object({ '1': stars, '2': stars, '3': stars, '4': stars, '5': stars }),
  },
  { $id: 'CourseRating' },
)
export type CourseRating = Static<typeof CourseRating>

export const WriteReviewBody = Type.Object({ rating, text }, { additionalProperties: false })
export type WriteReviewBody = Static<typeof WriteReviewBody>

export const ChangeReviewBody = Type.Object(
  { rating: Type.Optional(rating), text: Type.Optional(text) },
  { additionalProperties: false, minProperties: 1 },
)
export type ChangeReviewBody = Static<typeof ChangeReviewBody>

export const HideReviewBody = Type.Object(
  {
    reason: Type.String({
      minLength: 1,
      maxLength: 500,
      pattern: '\\S',
      description: 'Told to the author, and kept in the audit log.',
    }),
  },
  { additionalProperties: false },
)

export const CourseParams = Type.Object({ courseId: id })
export const ReviewParams = Type.Object({ reviewId: id })
export const CourseReviewsQuery = Type.Object({
  ...PageQuery.properties,
  rating: Type.Optional(rating),
  mine: Type.Optional(Type.Boolean({ description: 'Only my own review, hidden or not.' })),
})
export type CourseReviewsQuery = Static<typeof CourseReviewsQuery>
export const ReviewsQuery = Type.Object({
  ...PageQuery.properties,
  hidden: Type.Optional(Type.Boolean({ description: 'true: only hidden reviews.' })),
})
export type ReviewsQuery = Static<typeof ReviewsQuery>
