import { type Static, Type } from 'typebox'
import { oneLine } from '#platform/http/one-line.ts'
import { lessonSummaryFields } from '../lessons/schemas.ts'

const id = Type.String({ format: 'uuid' })
const title = oneLine(200)

export const ModuleBody = Type.Object({ title }, { additionalProperties: false })
export const ModuleParams = Type.Object({ moduleId: id })

export const Module = Type.Object(
  {
    id,
    courseId: id,
    title: Type.String(),
    position: Type.Integer({ description: 'Within the course, from 0.' }),
    createdAt: Type.String({ format: 'date-time' }),
    updatedAt: Type.String({ format: 'date-time' }),
  },
  { $id: 'Module' },
)
export type Module = Static<typeof Module>

/** All ids of a list in their new order. */
export const OrderBody = Type.Object(
  { ids: Type.Array(id, { maxItems: 1000, uniqueItems: true, description: 'Every present id, once.' }) },
  { additionalProperties: false },
)

export const OutlineLesson = Type.Object(lessonSummaryFields)

export const Outline = Type.Object(
  {
    courseId: id,
    modules: Type.Array(
      Type.Object({
        id,
        title: Type.String(),
        position: Type.Integer(),
        lessons: Type.Array(OutlineLesson),
      }),
    ),
  },
  { $id: 'Outline' },
)
export type Outline = Static<typeof Outline>
