import { type Static, Type } from 'typebox'
import { decimalSchema } from '#platform/decimal/decimal.ts'
import { nullable } from '#platform/http/nullable.ts'
import { GradeCategory, GradeItem, id, Letter, Weighting } from '../setup/schemas.ts'

export const GRADEBOOK_PAGE_MAX = 500

const points = nullable(decimalSchema('Earned, before the late penalty; null: not graded.'))
const total = Type.Object({
  percent: nullable(decimalSchema('Rounded once, to two decimals; null where nothing counts yet.')),
  letter: nullable(Type.String()),
})
const current = Type.Object(total.properties, { description: 'As if what is not graded yet did not exist.' })
const final = Type.Object(total.properties, { description: 'As if what is not graded yet had earned nothing.' })

const GradebookCell = Type.Object({
  points,
  latePenalty: decimalSchema('Points taken off for being late.'),
  overridePoints: nullable(decimalSchema('Set by staff, in place of what was earned.')),
  isExcused: Type.Boolean(),
  counted: nullable(decimalSchema('The points that count; null: not graded, or excused.')),
  isDropped: Type.Boolean({ description: 'One of the lowest of its category: not in the current total.' }),
  version: Type.Integer({ description: 'In quotes it is the ETag of this grade.' }),
})

export const GradebookRow = Type.Object({
  enrollmentId: id,
  student: Type.Object({ id, fullName: Type.String(), email: Type.String() }),
  status: Type.Union([Type.Literal('active'), Type.Literal('withdrawn'), Type.Literal('expired')]),
  cells: Type.Array(nullable(GradebookCell), {
    description: 'One for each of `gradeItems`, in their order; null: nothing was entered yet.',
  }),
  current,
  final,
})
export type GradebookRow = Static<typeof GradebookRow>

export const Gradebook = Type.Object(
  {
    courseId: id,
    weighting: Weighting,
    letters: Type.Array(Letter),
    categories: Type.Array(GradeCategory),
    gradeItems: Type.Array(GradeItem),
    items: Type.Array(GradebookRow),
    nextCursor: nullable(Type.String({ description: 'Null on the last page.' })),
  },
  { $id: 'Gradebook' },
)
export type Gradebook = Static<typeof Gradebook>

const withdrawn = Type.Boolean({
  default: false,
  description: 'With the students who have withdrawn; their grades are kept.',
})

export const GradebookQuery = Type.Object({
  limit: Type.Integer({ minimum: 1, maximum: GRADEBOOK_PAGE_MAX, default: 100, description: 'Students a page.' }),
  cursor: Type.Optional(
    Type.String({ maxLength: 1000, description: 'The `nextCursor` of the page before; without it, the first page.' }),
  ),
  withdrawn,
})
export type GradebookQuery = Static<typeof GradebookQuery>

export const ExportQuery = Type.Object({
  withdrawn,
  detail: Type.Boolean({
    default: false,
    description: 'With earned points, late penalty and override of each item in columns of their own.',
  }),
})
export type ExportQuery = Static<typeof ExportQuery>

const sum = (description: string) => decimalSchema(description, { wholeDigits: 9 })

export const StudentGrades = Type.Object(
  {
    enrollmentId: id,
    courseId: id,
    weighting: Weighting,
    current,
    final,
    letters: Type.Array(Letter),
    categories: Type.Array(
      Type.Object({
        categoryId: nullable(Type.String({ format: 'uuid', description: 'Null: the items without a category.' })),
        title: nullable(Type.String()),
        weight: nullable(decimalSchema('Beside the weights of the others.')),
        dropLowest: Type.Integer(),
        earned: sum('What counts in the current total.'),
        possible: sum('What could be earned for it.'),
        percent: nullable(decimalSchema('Rounded for reading; totals are computed from the exact value.')),
      }),
      { description: 'As they are in the current total.' },
    ),
    items: Type.Array(
      Type.Object({
        itemId: id,
        title: Type.String(),
        source: GradeItem.properties.source,
        categoryId: nullable(id),
        pointsPossible: decimalSchema('What can be earned.'),
        isExtraCredit: Type.Boolean(),
        isReleased: Type.Boolean({ description: 'Students are only shown items for which it is true.' }),
        state: Type.Union([Type.Literal('graded'), Type.Literal('ungraded'), Type.Literal('excused')]),
        points,
        latePenalty: decimalSchema('Points taken off for being late.'),
        isOverridden: Type.Boolean({ description: 'Staff set the points that count.' }),
        counted: nullable(decimalSchema('The points that count; null: not graded, or excused.')),
        isDropped: Type.Boolean({ description: 'Not in the current total: one of the lowest of its category.' }),
        gradedAt: nullable(Type.String({ format: 'date-time' })),
      }),
    ),
    steps: Type.Array(Type.String(), { description: 'How the totals come about, in sentences, to be read in order.' }),
  },
  { $id: 'StudentGrades' },
)
export type StudentGrades = Static<typeof StudentGrades>

export const EnrollmentParams = Type.Object({ enrollmentId: id })
