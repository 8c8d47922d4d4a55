import { type Static, Type } from 'typebox'
import { decimalSchema } from '#platform/decimal/decimal.ts'
import { nullable } from '#platform/http/nullable.ts'
import { oneLine } from '#platform/http/one-line.ts'
import { Page, PageQuery } from '#platform/http/pagination.ts'
import { QuestionContentSchema } from './content.ts'
import { type Answer, type QuestionTypeName, questionTypeNames } from './question-types/registry.ts'

const id = Type.String({ format: 'uuid' })
const time = Type.String({ format: 'date-time' })
const bankTitle = oneLine(200)
const description = Type.String({ maxLength: 2000, description: 'Plain text.' })
const archivedAt = nullable(Type.String({ format: 'date-time', description: 'No quiz can newly use it since then.' }))
const name = oneLine(200, { description: 'For staff. Without it, the beginning of the prompt.' })
const points = decimalSchema('What it is worth where a quiz says nothing else. Default 1.')
const tags = Type.Array(Type.String({ minLength: 1, maxLength: 50, pattern: '^\\S(.*\\S)?$' }), {
  maxItems: 20,
  uniqueItems: true,
})
const type = Type.Unsafe<QuestionTypeName>({ type: 'string', enum: questionTypeNames })
const versionNumber = Type.Integer({ minimum: 1, description: 'From 1; each new content is a new version.' })

export const QuestionBank = Type.Object(
  {
    id,
    courseId: id,
    title: Type.String(),
    description: Type.String(),
    questionCount: Type.Integer({ description: 'Without archived ones.' }),
    createdAt: time,
    updatedAt: time,
    archivedAt,
  },
  { $id: 'QuestionBank' },
)
export type QuestionBank = Static<typeof QuestionBank>
export const QuestionBankPage = Page(QuestionBank)

export const CreateBankBody = Type.Object(
  { title: bankTitle, description: Type.Optional(description) },
  { additionalProperties: false },
)
export type CreateBankBody = Static<typeof CreateBankBody>
export const ChangeBankBody = Type.Partial(CreateBankBody, { additionalProperties: false, minProperties: 1 })
export type ChangeBankBody = Static<typeof ChangeBankBody>

const summaryFields = {
  id,
  bankId: id,
  type,
  name: Type.String(),
  points: Type.String({ examples: ['2.5'] }),
  tags: Type.Array(Type.String()),
  versionNumber,
  createdAt: time,
  updatedAt: time,
  archivedAt,
}

/** A question in a list. */
export const QuestionSummary = Type.Object(summaryFields, { $id: 'QuestionSummary' })
export type QuestionSummary = Static<typeof QuestionSummary>
export const QuestionPage = Page(QuestionSummary)

export const Question = Type.Object(
  { ...summaryFields, courseId: id, versionId: id, content: QuestionContentSchema },
  { $id: 'Question' },
)
export type Question = Static<typeof Question>

export const QuestionVersion = Type.Object(
  { id, questionId: id, number: versionNumber, content: QuestionContentSchema, createdAt: time, createdBy: id },
  { $id: 'QuestionVersion' },
)
export type QuestionVersion = Static<typeof QuestionVersion>
export const QuestionVersionPage = Page(QuestionVersion)

export const CreateQuestionBody = Type.Object(
  {
    content: QuestionContentSchema,
    name: Type.Optional(name),
    points: Type.Optional(points),
    tags: Type.Optional(tags),
  },
  { additionalProperties: false },
)
export type CreateQuestionBody = Static<typeof CreateQuestionBody>

export const ChangeQuestionBody = Type.Partial(CreateQuestionBody, {
  additionalProperties: false,
  minProperties: 1,
  description: 'Only what changes. Another content makes a new version; its type stays.',
})
export type ChangeQuestionBody = Static<typeof ChangeQuestionBody>

export const DuplicateQuestionBody = Type.Object(
  { bankId: Type.Optional(Type.String({ format: 'uuid', description: 'Another bank that I may edit.' })) },
  { additionalProperties: false },
)
export type DuplicateQuestionBody = Static<typeof DuplicateQuestionBody>

/** One question of an export or import; what is wrong with it is told by the import, for all questions at once. */
export const PortableQuestion = Type.Object(
  {
    name: Type.Optional(name),
    points: Type.Optional(points),
    tags: Type.Optional(tags),
    content: Type.Unsafe<CreateQuestionBody['content']>({
      type: 'object',
      description: 'As `content` of a question. Ids in it are replaced by new ones.',
    }),
  },
  { additionalProperties: false },
)
export type PortableQuestion = Static<typeof PortableQuestion>

const format = Type.Literal('lms-questions/1', { description: 'What this document is, and in which version.' })

export const QuestionExport = Type.Object({
  format,
  title: Type.String(),
  questions: Type.Array(
    Type.Object({
      name: Type.String(),
      points: Type.String(),
      tags: Type.Array(Type.String()),
      content: QuestionContentSchema,
    }),
  ),
})
export type QuestionExport = Static<typeof QuestionExport>

export const ImportBody = Type.Object(
  {
    format,
    title: Type.Optional(Type.String({ description: 'Of the bank it came from; not used.' })),
    questions: Type.Array(
      Type.Unsafe<unknown>({ type: 'object', description: 'As in an export: content, name, points, tags.' }),
      { minItems: 1, maxItems: 500 },
    ),
  },
  { additionalProperties: false },
)
export type ImportBody = Static<typeof ImportBody>
export const ImportResult = Type.Object({ imported: Type.Integer(), questionIds: Type.Array(id) })

export const TryBody = Type.Object(
  { answer: Type.Unsafe<Answer>({ type: 'object', description: 'As a student of this type of question sends it.' }) },
  { additionalProperties: false },
)
export const TryResult = Type.Object({
  points: nullable(Type.String({ description: 'Of `pointsPossible`; null: a person grades it.' })),
  pointsPossible: Type.String(),
  isCorrect: nullable(Type.Boolean()),
  parts: Type.Array(Type.Object({ id: Type.String(), isCorrect: Type.Boolean() }), {
    description: 'Each choice, pair or place that can be right by itself.',
  }),
})
export type TryResult = Static<typeof TryResult>

export const CourseParams = Type.Object({ courseId: id })
export const BankParams = Type.Object({ bankId: id })
export const QuestionParams = Type.Object({ questionId: id })
export const VersionParams = Type.Object({
  questionId: id,
  versionNumber: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
})
const archived = Type.Boolean({ default: false, description: 'True: archived ones instead.' })
export const BanksQuery = Type.Object({ ...PageQuery.properties, archived })
export type BanksQuery = Static<typeof BanksQuery>
export const QuestionsQuery = Type.Object({
  ...PageQuery.properties,
  archived,
  type: Type.Optional(type),
  tag: Type.Optional(Type.String({ maxLength: 50 })),
  text: Type.Optional(Type.String({ maxLength: 200, description: 'Has to be in the name, the prompt or a tag.' })),
})
export type QuestionsQuery = Static<typeof QuestionsQuery>
export const PreviewQuery = Type.Object({
  seed: Type.String({ maxLength: 100, default: '', description: 'Each gives another order, the same each time.' }),
})
export { PageQuery }
