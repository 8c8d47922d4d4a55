import { type Static, Type } from 'typebox'
import { Moment, TimeZoneName } from '#modules/deadlines/index.ts'
import { decimalSchema } from '#platform/decimal/decimal.ts'
import { nullable } from '#platform/http/nullable.ts'
import { oneLine } from '#platform/http/one-line.ts'

const id = Type.String({ format: 'uuid' })
const time = Type.String({ format: 'date-time' })
const oneOf = <const V extends string>(values: readonly V[], description: string) =>
  Type.Unsafe<V>({ type: 'string', enum: [...values], description })

/** Questions of one quiz at most, drawn ones included. */
export const QUESTIONS_MAX = 200

const points = decimalSchema('Points for each question.')
const fixedItem = Type.Object(
  { kind: Type.Literal('question'), questionId: id, points },
  { additionalProperties: false, description: 'This question, in the version that is current when an attempt begins.' },
)
const drawItem = Type.Object(
  {
    kind: Type.Literal('draw'),
    bankId: id,
    tag: Type.Optional(nullable(Type.String({ maxLength: 100, description: 'Only questions with this tag.' }))),
    count: Type.Integer({ minimum: 1, maximum: QUESTIONS_MAX }),
    points,
  },
  { additionalProperties: false, description: 'So many questions of a bank, drawn anew for each attempt.' },
)

/** What a quiz asks; `kind` decides. */
export type QuizItem = Static<typeof fixedItem> | Static<typeof drawItem>
export const QuizItem = Type.Unsafe<QuizItem>({
  type: 'object',
  required: ['kind'],
  discriminator: { propertyName: 'kind' },
  oneOf: [fixedItem, drawItem],
})
const items = Type.Array(QuizItem, { maxItems: QUESTIONS_MAX, description: 'In their order, unless it is shuffled.' })

const settings = {
  title: oneLine(200),
  instructions: Type.String({
    maxLength: 20_000,
    description: 'Markdown, shown before an attempt. Empty for a student to whom the lesson is not open.',
  }),
  mode: oneOf(['practice', 'graded'], '`graded`: counts in the gradebook.'),
  timeZone: TimeZoneName,
  opens: nullable(Moment),
  closes: nullable(Moment),
  timeLimitSeconds: nullable(Type.Integer({ minimum: 10, maximum: 2_592_000, description: 'Of one attempt.' })),
  graceSeconds: Type.Integer({
    minimum: 0,
    maximum: 600,
    description: 'How long after its deadline an attempt takes answers that were on their way.',
  }),
  attemptsAllowed: nullable(Type.Integer({ minimum: 1, maximum: 1000, description: 'Null: any number.' })),
  passingPercent: nullable(decimalSchema('Of the points possible; null: handing in is enough.', { wholeDigits: 3 })),
  attemptsCount: oneOf(['best', 'last', 'average'], 'Which attempts make the grade.'),
  shuffleQuestions: Type.Boolean({ description: 'Another order in each attempt, the same throughout it.' }),
  resultsShow: oneOf(
    ['nothing', 'score', 'answers', 'solutions'],
    'What a student sees of an attempt after handing in: `answers` his own with their points, `solutions` the right ones too, with feedback.',
  ),
  resultsWhen: oneOf(
    ['immediately', 'after-close', 'never'],
    'From when. `after-close`: when nobody can answer any more, accommodations included.',
  ),
}

export const CreateQuizBody = Type.Object(
  {
    ...settings,
    title: Type.Optional(settings.title),
    instructions: Type.Optional(settings.instructions),
    mode: Type.Optional(settings.mode),
    timeZone: Type.Optional(settings.timeZone),
    opens: Type.Optional(settings.opens),
    closes: Type.Optional(settings.closes),
    timeLimitSeconds: Type.Optional(settings.timeLimitSeconds),
    graceSeconds: Type.Optional(settings.graceSeconds),
    attemptsAllowed: Type.Optional(settings.attemptsAllowed),
    passingPercent: Type.Optional(settings.passingPercent),
    attemptsCount: Type.Optional(settings.attemptsCount),
    shuffleQuestions: Type.Optional(settings.shuffleQuestions),
    resultsShow: Type.Optional(settings.resultsShow),
    resultsWhen: Type.Optional(settings.resultsWhen),
    items: Type.Optional(items),
  },
  {
    additionalProperties: false,
    description:
      'Without a field: the title of the lesson, graded, the time zone of the institution, never closed, no time limit, 30 s of grace, one attempt, handing in is enough, the best attempt counts, questions in their order, the score immediately.',
  },
)
export type CreateQuizBody = Static<typeof CreateQuizBody>

export const ChangeQuizBody = Type.Partial(Type.Object({ ...settings, items }), {
  additionalProperties: false,
  minProperties: 1,
  description: 'Attempts that have begun keep their questions, deadline and passing score.',
})
export type ChangeQuizBody = Static<typeof ChangeQuizBody>

const myAttempts = Type.Object({
  enrollmentId: id,
  attemptsMade: Type.Integer(),
  attemptsAllowed: nullable(Type.Integer({ description: 'Extra attempts included; null: any number.' })),
  openAttemptId: nullable(Type.String({ format: 'uuid', description: 'Go on with it.' })),
  opensAt: nullable(time),
  closesAt: nullable(time),
  timeLimitSeconds: nullable(Type.Integer({ description: 'Of an attempt of mine, extra time included.' })),
})

export const Quiz = Type.Object(
  {
    id,
    courseId: id,
    lessonId: id,
    ...settings,
    questionCount: Type.Integer({ description: 'In an attempt.' }),
    pointsPossible: Type.String({ description: 'In an attempt: a decimal.' }),
    items: nullable(Type.Array(QuizItem, { description: 'For staff.' })),
    mine: nullable(myAttempts),
    createdAt: time,
    updatedAt: time,
  },
  { $id: 'Quiz' },
)
export type Quiz = Static<typeof Quiz>
export type MyAttempts = Static<typeof myAttempts>

export const GrantAttemptsBody = Type.Object(
  {
    enrollmentId: id,
    attempts: Type.Integer({ minimum: 1, maximum: 100 }),
    reason: Type.String({ minLength: 1, maxLength: 500, pattern: '\\S' }),
  },
  { additionalProperties: false },
)
export type GrantAttemptsBody = Static<typeof GrantAttemptsBody>

export const ExtraAttempts = Type.Object(
  {
    quizId: id,
    enrollmentId: id,
    extraAttempts: Type.Integer({ description: 'In all.' }),
    attemptsAllowed: nullable(Type.Integer({ description: 'With these; null: any number.' })),
    attemptsMade: Type.Integer(),
  },
  { $id: 'ExtraAttempts' },
)
export type ExtraAttempts = Static<typeof ExtraAttempts>

export const QuizParams = Type.Object({ quizId: id })
export const LessonParams = Type.Object({ lessonId: id })
