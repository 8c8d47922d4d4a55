import { type Static, type TSchema, Type } from 'typebox'

const durationSeconds = Type.Integer({ minimum: 1, maximum: 86_400, description: 'Playing time in seconds.' })
const fileId = Type.String({ format: 'uuid', description: 'An uploaded file.' })

/** What a lesson of each type holds. Quizzes and assignments are built by their own parts of the product. */
export const lessonContents = {
  page: Type.Object(
    {
      format: Type.Union([Type.Literal('markdown'), Type.Literal('html')]),
      source: Type.String({ maxLength: 100_000, description: 'As its author wrote it; readers get clean HTML.' }),
    },
    { additionalProperties: false },
  ),
  video: Type.Object(
    {
      url: Type.Optional(Type.String({ format: 'uri', pattern: '^https://', maxLength: 2000 })),
      fileId: Type.Optional(fileId),
      durationSeconds,
    },
    { additionalProperties: false, description: 'Either `url` or `fileId`.' },
  ),
  file: Type.Object({ fileId }, { additionalProperties: false }),
  link: Type.Object(
    { url: Type.String({ format: 'uri', pattern: '^https?://', maxLength: 2000 }) },
    { additionalProperties: false },
  ),
  quiz: Type.Object({}, { additionalProperties: false }),
  assignment: Type.Object({}, { additionalProperties: false }),
} as const satisfies Record<string, TSchema>

export type LessonType = keyof typeof lessonContents
export const lessonTypes = Object.keys(lessonContents) as readonly LessonType[]

/** A lesson's type together with the content that belongs to it. */
export type TypedContent = {
  [T in LessonType]: { readonly type: T; readonly content: Static<(typeof lessonContents)[T]> }
}[LessonType]
