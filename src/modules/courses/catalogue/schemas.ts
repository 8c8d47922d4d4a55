import { type Static, Type } from 'typebox'
import { PageQuery } from '#platform/http/pagination.ts'
import { Course, courseStatuses, difficulties } from '../course/schemas.ts'

export const catalogueSorts = ['newest', 'title'] as const

export const CatalogueQuery = Type.Object({
  ...PageQuery.properties,
  category: Type.Optional(Type.String({ maxLength: 60 })),
  difficulty: Type.Optional(Type.Unsafe<(typeof difficulties)[number]>({ type: 'string', enum: difficulties })),
  q: Type.Optional(
    Type.String({
      maxLength: 200,
      description: 'Words, each as the beginning of a word of title, summary, description or category.',
    }),
  ),
  sort: Type.Unsafe<(typeof catalogueSorts)[number]>({ type: 'string', enum: catalogueSorts, default: 'newest' }),
  mine: Type.Boolean({ default: false, description: 'Only courses whose staff I am, drafts included.' }),
  status: Type.Optional(
    Type.Unsafe<(typeof courseStatuses)[number]>({
      type: 'string',
      enum: courseStatuses,
      description: 'Others than `published`: with `mine`, or as an administrator.',
    }),
  ),
})
export type CatalogueQuery = Static<typeof CatalogueQuery>

const {
  id,
  slug,
  title,
  summary,
  category,
  difficulty,
  status,
  selfEnrollment,
  instructors,
  lessonCount,
  publishedAt,
} = Course.properties

/** A course in a list. */
export const CourseSummary = Type.Object(
  {
    id,
    slug,
    title,
    summary,
    category,
    difficulty,
    status,
    selfEnrollment,
    instructors,
    lessonCount,
    createdAt: Course.properties.createdAt,
    publishedAt,
  },
  { $id: 'CourseSummary' },
)
export type CourseSummary = Static<typeof CourseSummary>
