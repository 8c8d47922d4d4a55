import { type Static, Type } from 'typebox'
import { nullable } from '#platform/http/nullable.ts'
import { oneLine } from '#platform/http/one-line.ts'

export const difficulties = ['beginner', 'intermediate', 'advanced'] as const
export const courseStatuses = ['draft', 'published', 'archived'] as const

export const Difficulty = Type.Union([Type.Literal('beginner'), Type.Literal('intermediate'), Type.Literal('advanced')])
export const CourseStatus = Type.Union([Type.Literal('draft'), Type.Literal('published'), Type.Literal('archived')])

const title = oneLine(200)
const slug = Type.String({ format: 'slug', maxLength: 80, description: 'Without it, made from the title.' })
const summary = Type.String({ maxLength: 500, description: 'One or two sentences, plain text.' })
const description = Type.String({ maxLength: 20_000, description: 'Markdown.' })
const category = Type.String({ minLength: 1, maxLength: 60, pattern: '^\\S(.*\\S)?$' })
const capacity = Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'Seats; null: no limit.' })
const enrollmentDays = Type.Integer({
  minimum: 1,
  maximum: 36_500,
  description: 'An enrollment ends so many days after it began; null: never.',
})
const selfEnrollment = Type.Boolean({ description: 'Students may enroll themselves.' })
const prerequisiteIds = Type.Array(Type.String({ format: 'uuid' }), {
  maxItems: 20,
  uniqueItems: true,
  description: 'Courses to complete before this one.',
})

export const CreateCourseBody = Type.Object(
  {
    title,
    slug: Type.Optional(slug),
    summary: Type.Optional(summary),
    description: Type.Optional(description),
    category: Type.Optional(category),
    difficulty: Type.Optional(Difficulty),
    capacity: Type.Optional(nullable(capacity)),
    selfEnrollment: Type.Optional(selfEnrollment),
    enrollmentDays: Type.Optional(nullable(enrollmentDays)),
    prerequisiteIds: Type.Optional(prerequisiteIds),
  },
  { additionalProperties: false },
)
export type CreateCourseBody = Static<typeof CreateCourseBody>

export const ChangeCourseBody = Type.Partial(CreateCourseBody, {
  additionalProperties: false,
  minProperties: 1,
  description: 'Only what changes. Null clears a field.',
})
export type ChangeCourseBody = Static<typeof ChangeCourseBody>

export const CourseParams = Type.Object({ courseId: Type.String({ format: 'uuid' }) })

export const Course = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    slug: Type.String(),
    title: Type.String(),
    summary: Type.String(),
    description: Type.String({ description: 'Markdown, as its author wrote it.' }),
    descriptionHtml: Type.String({ description: 'The description as safe HTML.' }),
    category: Type.String(),
    difficulty: Difficulty,
    status: CourseStatus,
    capacity: nullable(Type.Integer()),
    selfEnrollment: Type.Boolean(),
    enrollmentDays: nullable(Type.Integer()),
    prerequisiteIds: Type.Array(Type.String({ format: 'uuid' })),
    instructors: Type.Array(Type.Object({ userId: Type.String({ format: 'uuid' }), fullName: Type.String() }), {
      description: 'The owner first, then the co-instructors.',
    }),
    lessonCount: Type.Integer({ description: 'Published lessons.' }),
    createdAt: Type.String({ format: 'date-time' }),
    updatedAt: Type.String({ format: 'date-time' }),
    publishedAt: nullable(Type.String({ format: 'date-time' })),
    archivedAt: nullable(Type.String({ format: 'date-time' })),
  },
  { $id: 'Course' },
)
export type Course = Static<typeof Course>

export const SlugParams = Type.Object({ slug: Type.String({ format: 'slug', maxLength: 80 }) })
