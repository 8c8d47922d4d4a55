import { type Static, Type } from 'typebox'
import { nullable } from '#platform/http/nullable.ts'

const id = Type.String({ format: 'uuid' })
const which = ['first', 'last', 'all'] as const

export const AnalysisQuery = Type.Object({
  attempts: Type.Unsafe<(typeof which)[number]>({
    type: 'string',
    enum: [...which],
    default: 'first',
    description: 'Of each student the first graded attempt, the last, or all. One each keeps answers independent.',
  }),
})
export type AnalysisQuery = Static<typeof AnalysisQuery>

const option = Type.Object({
  id: Type.String(),
  text: Type.String(),
  isCorrect: Type.Boolean(),
  chosen: Type.Integer({ description: 'Answers that chose it.' }),
})

const item = Type.Object({
  questionId: id,
  versionNumber: Type.Integer({ description: 'Each version stands for itself: it is another question.' }),
  name: Type.String(),
  type: Type.String(),
  n: Type.Integer({ description: 'Answers that were counted, unanswered ones included.' }),
  unanswered: Type.Integer(),
  difficulty: nullable(Type.Number({ description: 'Mean share of the points, 0 to 1: high is easy.' })),
  discrimination: nullable(
    Type.Number({
      description:
        'Corrected item-total correlation, -1 to 1 (point-biserial for what is right or wrong): near 0 it tells nobody apart, below 0 look at its key. Null where it is not defined.',
    }),
  ),
  options: Type.Union([Type.Array(option), Type.Null()], { description: 'Null for questions without options.' }),
})

export const ItemAnalysis = Type.Object(
  {
    quizId: id,
    attempts: Type.Integer({ description: 'Graded attempts that were counted.' }),
    meanPercent: nullable(Type.Number({ description: 'Of the points possible.' })),
    items: Type.Array(item, { description: 'The hardest first.' }),
  },
  { $id: 'ItemAnalysis' },
)
export type ItemAnalysis = Static<typeof ItemAnalysis>
