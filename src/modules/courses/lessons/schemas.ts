import { type Static, type TSchema, Type } from 'typebox'
import { nullable } from '#platform/http/nullable.ts'
import { oneLine } from '#platform/http/one-line.ts'
import { courseStatuses } from '../course/schemas.ts'
import { type LessonType, lessonContents, lessonTypes, type TypedContent } from './content.ts'

const id = Type.String({ format: 'uuid' })
const title = oneLine(200)
const isPreview = Type.Boolean({ description: 'Readable by anybody while the course is published.' })
const isRequired = Type.Boolean({ description: 'Counts towards progress.' })
const completionRule = Type.Union([Type.Literal('mark'), Type.Literal('time')], {
  description:
    '`mark`: the student says so; `time`: after `completionSeconds` of measured time. Quizzes and assignments are always `pass`.',
})
const completionSeconds = Type.Integer({ minimum: 1, maximum: 86_400 })
const releaseAt = Type.String({ format: 'date-time', description: 'Closed to students before then.' })
const releaseAfterDays = Type.Integer({
  minimum: 0,
  maximum: 3650,
  description: 'Closed to a student for so many days after enrollment.',
})
const prerequisiteIds = Type.Array(id, {
  maxItems: 20,
  uniqueItems: true,
  description: 'Lessons of the same course to complete before this one.',
})

const optionalFields = {
  isPreview: Type.Optional(isPreview),
  isRequired: Type.Optional(isRequired),
  completionRule: Type.Optional(completionRule),
  completionSeconds: Type.Optional(completionSeconds),
  releaseAt: Type.Optional(nullable(releaseAt)),
  releaseAfterDays: Type.Optional(nullable(releaseAfterDays)),
  prerequisiteIds: Type.Optional(prerequisiteIds),
}

const createFields = {
  title,
  status: Type.Optional(
    Type.Union([Type.Literal('draft'), Type.Literal('published')], { description: 'Default: draft.' }),
  ),
  ...optionalFields,
}

interface CreateFields extends Static<ReturnType<typeof createFieldsSchema>> {}
const createFieldsSchema = () => Type.Object(createFields)

/** One object per type; `type` decides which `content` belongs to it. */
export const CreateLessonBody = Type.Unsafe<CreateFields & TypedContent>({
  type: 'object',
  required: ['type'],
  discriminator: { propertyName: 'type' },
  oneOf: lessonTypes.map((type) =>
    Type.Object(
      { type: Type.Literal(type), content: lessonContents[type], ...createFields },
      { additionalProperties: false },
    ),
  ),
})
export type CreateLessonBody = CreateFields & TypedContent

export const ChangeLessonBody = Type.Object(
  {
    title: Type.Optional(title),
    content: Type.Optional(
      Type.Union(lessonTypes.map((type) => lessonContents[type]) as unknown as TSchema[], {
        description: 'As the type of the lesson has it; the type itself never changes.',
      }),
    ),
    ...optionalFields,
  },
  { additionalProperties: false, minProperties: 1 },
)
export type ChangeLessonBody = Omit<Static<typeof ChangeLessonBody>, 'content'> & { content?: TypedContent['content'] }

export const MoveLessonBody = Type.Object(
  {
    moduleId: id,
    position: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 1000, description: 'From 0; without it, or past the end, the end.' }),
    ),
  },
  { additionalProperties: false },
)
export type MoveLessonBody = Static<typeof MoveLessonBody>

export const LessonParams = Type.Object({ lessonId: id })

const LessonTypeName = Type.Unsafe<LessonType>({ type: 'string', enum: lessonTypes })
const LessonStatus = Type.Unsafe<(typeof courseStatuses)[number]>({ type: 'string', enum: courseStatuses })

/** What the outline of a course shows of a lesson. */
export const lessonSummaryFields = {
  id,
  title: Type.String(),
  type: LessonTypeName,
  position: Type.Integer({ description: 'Within its module, from 0.' }),
  status: LessonStatus,
  isPreview,
  isRequired,
  completionRule: Type.Unsafe<'mark' | 'time' | 'pass'>({ type: 'string', enum: ['mark', 'time', 'pass'] }),
  completionSeconds: nullable(Type.Integer()),
  releaseAt: nullable(Type.String({ format: 'date-time' })),
  releaseAfterDays: nullable(Type.Integer()),
  prerequisiteIds: Type.Array(id),
}

const readContent = Type.Union(
  [
    Type.Object(
      {
        format: Type.Union([Type.Literal('markdown'), Type.Literal('html')]),
        html: Type.String({ description: 'Safe to show.' }),
        source: Type.Optional(Type.String({ description: 'For staff only.' })),
      },
      { additionalProperties: false },
    ),
    lessonContents.video,
    lessonContents.file,
    lessonContents.link,
    lessonContents.quiz,
  ],
  { description: 'By `type`.' },
)

export const Lesson = Type.Object(
  {
    ...lessonSummaryFields,
    courseId: id,
    moduleId: id,
    content: readContent,
    createdAt: Type.String({ format: 'date-time' }),
    updatedAt: Type.String({ format: 'date-time' }),
  },
  { $id: 'Lesson' },
)
export type Lesson = Static<typeof Lesson>
