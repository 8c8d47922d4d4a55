import { type Static, Type } from 'typebox'
import { nullable } from '#platform/http/nullable.ts'
import { Page, PageQuery } from '#platform/http/pagination.ts'

const id = Type.String({ format: 'uuid' })
const time = Type.String({ format: 'date-time' })
const decimal = Type.String({ examples: ['2.5'] })
const rules = ['key', 'best-of-both', 'full-points'] as const

const rule = Type.Unsafe<(typeof rules)[number]>({
  type: 'string',
  enum: [...rules],
  description:
    '`key`: all are graded by the key of `versionNumber`. `best-of-both`: by it or by the version they were asked, whichever is better. `full-points`: everybody gets the points.',
})
const versionNumber = Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'Default: the present version.' })

export const RegradeWish = Type.Object(
  { questionId: id, rule, versionNumber: Type.Optional(versionNumber) },
  { additionalProperties: false },
)
export type RegradeWish = Static<typeof RegradeWish>

export const RegradeBody = Type.Object(
  {
    ...RegradeWish.properties,
    reason: Type.String({
      minLength: 1,
      maxLength: 500,
      pattern: '\\S',
      description: 'For the history of the grades.',
    }),
  },
  { additionalProperties: false },
)
export type RegradeBody = Static<typeof RegradeBody>

const changed = {
  attemptId: id,
  attemptNumber: Type.Integer(),
  position: Type.Integer(),
  student: Type.Object({ id, fullName: Type.String() }),
  pointsBefore: nullable(decimal),
  pointsAfter: decimal,
}

export const RegradePreview = Type.Object(
  {
    answers: Type.Integer({ description: 'Handed in, of all students and attempts.' }),
    openAttempts: Type.Integer({ description: 'Still open: they will be graded so when they are handed in.' }),
    keptByHand: Type.Integer({ description: 'Graded by people, whose decision stays.' }),
    changes: Type.Array(
      Type.Object({
        ...changed,
        attemptPointsBefore: nullable(Type.String({ description: 'Null: answers of it wait for a grader.' })),
        attemptPointsAfter: nullable(decimal),
        isPassedBefore: nullable(Type.Boolean()),
        isPassedAfter: nullable(Type.Boolean()),
      }),
    ),
  },
  { $id: 'RegradePreview' },
)
export type RegradePreview = Static<typeof RegradePreview>

export const Regrade = Type.Object(
  {
    id,
    quizId: id,
    questionId: id,
    rule,
    keyVersionNumber: nullable(Type.Integer({ description: 'Null where everybody gets the points.' })),
    reason: Type.String(),
    createdAt: time,
    createdBy: id,
    finishedAt: nullable(Type.String({ format: 'date-time', description: 'Null while it goes through the attempts.' })),
    changedAnswers: Type.Integer(),
  },
  { $id: 'Regrade' },
)
export type Regrade = Static<typeof Regrade>
export const RegradePage = Page(Regrade)

export const RegradeChange = Type.Object({ ...changed, gradedAt: time }, { $id: 'RegradeChange' })
export type RegradeChange = Static<typeof RegradeChange>
export const RegradeChangePage = Page(RegradeChange)

export const RegradeParams = Type.Object({ regradeId: id })
export { PageQuery }
