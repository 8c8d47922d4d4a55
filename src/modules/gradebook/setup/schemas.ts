import { type Static, Type } from 'typebox'
import { decimalSchema } from '#platform/decimal/decimal.ts'
import { nullable } from '#platform/http/nullable.ts'
import { oneLine } from '#platform/http/one-line.ts'

export const id = Type.String({ format: 'uuid' })
export const time = Type.String({ format: 'date-time' })
const title = oneLine(200)
const pointsPossible = decimalSchema('What can be earned; extra credit adds it to nobody’s 100 %.')
const weight = decimalSchema(
  'Its part in the total, beside the weights of the other categories, which need not add up to 100. As soon as one category of a course has a weight, weights decide, and what is in no category with a weight does not count.',
  { wholeDigits: 4 },
)
const dropLowest = Type.Integer({
  minimum: 0,
  maximum: 100,
  description: 'Up to so many grades of each student do not count: those whose absence helps him most.',
})
const isExtraCredit = Type.Boolean({ description: 'Adds to what a student has, not to what can be had.' })
const isReleased = Type.Boolean({ description: 'Students see its grades, and their totals contain them.' })
const categoryId = nullable(Type.String({ format: 'uuid', description: 'Null: in no category.' }))

export const Weighting = Type.Union([Type.Literal('points'), Type.Literal('weights')], {
  description: '`points`: all points are added up. `weights`: each category counts by its weight.',
})

export const GradeCategory = Type.Object(
  { id, courseId: id, title, weight: nullable(weight), dropLowest, createdAt: time, updatedAt: time },
  { $id: 'GradeCategory' },
)
export type GradeCategory = Static<typeof GradeCategory>

export const GradeItem = Type.Object(
  {
    id,
    courseId: id,
    categoryId,
    source: Type.Union([Type.Literal('quiz'), Type.Literal('assignment'), Type.Literal('manual')]),
    sourceId: Type.String({ format: 'uuid', description: 'The quiz or assignment; of a manual item its own id.' }),
    title,
    pointsPossible,
    isExtraCredit,
    isReleased,
    createdAt: time,
    updatedAt: time,
  },
  { $id: 'GradeItem' },
)
export type GradeItem = Static<typeof GradeItem>

export const Letter = Type.Object(
  {
    letter: oneLine(20),
    minPercent: decimalSchema('The lowest percentage that earns it, compared with the rounded one.', {
      wholeDigits: 3,
    }),
  },
  { additionalProperties: false },
)
const letters = Type.Array(Letter, {
  minItems: 1,
  maxItems: 20,
  description: 'From the best to the worst; the last begins at 0.',
})

export const GradeScale = Type.Object(
  {
    courseId: id,
    letters,
    isDefault: Type.Boolean({ description: 'The course has no scale of its own.' }),
  },
  { $id: 'GradeScale' },
)
export type GradeScale = Static<typeof GradeScale>

export const GradingSetup = Type.Object(
  {
    courseId: id,
    weighting: Weighting,
    letters,
    categories: Type.Array(GradeCategory),
    items: Type.Array(GradeItem),
    uncountedItemIds: Type.Array(id, {
      description: 'Items that count for nobody: weights decide, and they are in no category that has one.',
    }),
  },
  { $id: 'GradingSetup' },
)

export const ScaleBody = Type.Object({ letters }, { additionalProperties: false })
export type ScaleBody = Static<typeof ScaleBody>

export const NewCategoryBody = Type.Object(
  {
    title,
    weight: Type.Optional(nullable(weight)),
    dropLowest: Type.Optional(dropLowest),
  },
  { additionalProperties: false },
)
export type NewCategoryBody = Static<typeof NewCategoryBody>

export const ChangeCategoryBody = Type.Object(
  { title: Type.Optional(title), weight: Type.Optional(nullable(weight)), dropLowest: Type.Optional(dropLowest) },
  { additionalProperties: false, minProperties: 1 },
)
export type ChangeCategoryBody = Static<typeof ChangeCategoryBody>

export const NewItemBody = Type.Object(
  {
    title,
    pointsPossible,
    categoryId: Type.Optional(categoryId),
    isExtraCredit: Type.Optional(isExtraCredit),
    isReleased: Type.Optional(isReleased),
  },
  { additionalProperties: false },
)
export type NewItemBody = Static<typeof NewItemBody>

export const ChangeItemBody = Type.Object(
  {
    title: Type.Optional(title),
    pointsPossible: Type.Optional(pointsPossible),
    categoryId: Type.Optional(categoryId),
    isExtraCredit: Type.Optional(isExtraCredit),
    isReleased: Type.Optional(isReleased),
  },
  { additionalProperties: false, minProperties: 1 },
)
export type ChangeItemBody = Static<typeof ChangeItemBody>

export const CourseParams = Type.Object({ courseId: id })
export const CategoryParams = Type.Object({ categoryId: id })
export const ItemParams = Type.Object({ itemId: id })
