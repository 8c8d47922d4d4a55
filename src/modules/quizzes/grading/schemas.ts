import { type Static, Type } from 'typebox'
import { QuestionContentSchema } from '#modules/questions/index.ts'
import { decimalSchema } from '#platform/decimal/decimal.ts'
import { nullable } from '#platform/http/nullable.ts'
import { Page, PageQuery } from '#platform/http/pagination.ts'

const id = Type.String({ format: 'uuid' })
const time = Type.String({ format: 'date-time' })
const decimal = Type.String({ examples: ['2.5'] })
const student = Type.Object({ id, fullName: Type.String() })

export const WaitingAnswer = Type.Object(
  {
    attemptId: id,
    position: Type.Integer(),
    quizId: id,
    quizTitle: Type.String(),
    questionId: id,
    questionName: Type.String(),
    student,
    submittedAt: time,
    pointsPossible: decimal,
  },
  { $id: 'WaitingAnswer' },
)
export type WaitingAnswer = Static<typeof WaitingAnswer>
export const WaitingAnswerPage = Page(WaitingAnswer)

const gradeChange = Type.Object({
  pointsBefore: nullable(decimal),
  pointsAfter: decimal,
  feedback: nullable(Type.String()),
  gradedAt: time,
  gradedBy: student,
  regradeId: nullable(Type.String({ format: 'uuid', description: 'Null: by hand.' })),
})

export const AnswerGrading = Type.Object(
  {
    attemptId: id,
    position: Type.Integer(),
    quizId: id,
    student,
    submittedAt: nullable(time),
    questionId: id,
    versionNumber: Type.Integer(),
    content: QuestionContentSchema,
    answer: Type.Unknown({ description: 'As the student left it; null: none.' }),
    pointsPossible: decimal,
    points: nullable(Type.String({ description: 'Null: it waits for a grader.' })),
    isCorrect: nullable(Type.Boolean()),
    feedback: nullable(Type.String()),
    gradedAt: nullable(Type.String({ format: 'date-time', description: 'By hand; null: by the computer, or not.' })),
    gradedBy: nullable(id),
    history: Type.Array(gradeChange, { description: 'The first first: each decision of a person or a regrade.' }),
  },
  { $id: 'AnswerGrading' },
)
export type AnswerGrading = Static<typeof AnswerGrading>

export const GradeAnswerBody = Type.Object(
  {
    points: decimalSchema('From 0 to `pointsPossible`.'),
    feedback: Type.Optional(
      nullable(Type.String({ maxLength: 10_000, description: 'To the student; null or none: no comment.' })),
    ),
  },
  { additionalProperties: false },
)
export type GradeAnswerBody = Static<typeof GradeAnswerBody>

export const CourseParams = Type.Object({ courseId: id })
export const AnswerParams = Type.Object({
  attemptId: id,
  position: Type.Integer({ minimum: 1, maximum: 10_000, description: 'Of the answer in its attempt.' }),
})
export const QueueQuery = Type.Object({ ...PageQuery.properties, quizId: Type.Optional(id) })
export type QueueQuery = Static<typeof QueueQuery>
