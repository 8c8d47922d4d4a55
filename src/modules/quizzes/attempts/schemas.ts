import { type Static, Type } from 'typebox'
import { QuestionSolution, StudentQuestion } from '#modules/questions/index.ts'
import { nullable } from '#platform/http/nullable.ts'
import { Page, PageQuery } from '#platform/http/pagination.ts'

const id = Type.String({ format: 'uuid' })
const time = Type.String({ format: 'date-time' })
const points = (description: string) => nullable(Type.String({ description }))
const oneOf = <const V extends string>(values: readonly V[], description: string) =>
  Type.Unsafe<V>({ type: 'string', enum: [...values], description })

const statuses = ['open', 'awaiting-grading', 'graded'] as const
export const AttemptStatus = oneOf(statuses, '`awaiting-grading`: handed in, and a person must grade a part of it.')

const summary = {
  id,
  quizId: id,
  enrollmentId: id,
  studentId: id,
  number: Type.Integer({ description: 'Of this student in this quiz, from 1.' }),
  status: AttemptStatus,
  startedAt: time,
  deadline: nullable(
    Type.String({ format: 'date-time', description: 'By the clock of the server; null: nothing ends it.' }),
  ),
  acceptedUntil: nullable(
    Type.String({ format: 'date-time', description: 'Until then answers that were on their way are taken.' }),
  ),
  submittedAt: nullable(time),
  submittedBy: nullable(oneOf(['student', 'deadline', 'staff'], '`deadline`: the system, when the time was over.')),
  points: points('Decimal. Null until all is graded, or as long as the quiz does not show it.'),
  pointsPossible: Type.String({ description: 'Decimal.' }),
  isPassed: nullable(Type.Boolean()),
}

export const AttemptSummary = Type.Object(summary, { $id: 'AttemptSummary' })
export type AttemptSummary = Static<typeof AttemptSummary>
export const AttemptPage = Page(AttemptSummary)

const student = Type.Object({ id, fullName: Type.String() })
export const RosterAttempt = Type.Object({ ...summary, student }, { $id: 'RosterAttempt' })
export type RosterAttempt = Static<typeof RosterAttempt>
export const RosterAttemptPage = Page(RosterAttempt)

const solution = Type.Object({
  solution: QuestionSolution,
  explanation: nullable(Type.String({ description: 'Markdown.' })),
  feedback: Type.Array(Type.Object({ optionId: Type.String(), text: Type.String() })),
})

export const AttemptQuestion = Type.Object({
  position: Type.Integer(),
  question: StudentQuestion,
  pointsPossible: Type.String({ description: 'Decimal.' }),
  answer: Type.Unknown({ description: 'As it is stored; null: none, or not shown.' }),
  sequence: Type.Integer({ description: 'Of that answer; 0: none was saved.' }),
  digest: nullable(Type.String()),
  savedAt: nullable(time),
  points: points('Decimal; null: not graded, or not shown.'),
  isCorrect: nullable(Type.Boolean()),
  graderFeedback: nullable(Type.String()),
  review: Type.Union([solution, Type.Null()], { description: 'Where the quiz shows it.' }),
})
export type AttemptQuestion = Static<typeof AttemptQuestion>

export const Attempt = Type.Object(
  {
    ...summary,
    shown: oneOf(
      ['questions', 'nothing', 'score', 'answers', 'solutions'],
      'What this answer holds: while the attempt is open its questions, afterwards what the quiz shows now.',
    ),
    lastSequence: Type.Integer({ description: 'The highest sequence saved in it: count on from here.' }),
    questions: Type.Array(AttemptQuestion, { description: 'Empty where only the score or nothing is shown.' }),
    serverTime: time,
  },
  { $id: 'Attempt' },
)
export type Attempt = Static<typeof Attempt>

export const AttemptEvent = Type.Object(
  {
    id,
    event: oneOf(['started', 'resumed', 'saved', 'submitted', 'graded', 'reopened', 'extended'], 'What happened.'),
    occurredAt: time,
    actorId: nullable(Type.String({ format: 'uuid', description: 'Null: the system.' })),
    position: nullable(Type.Integer({ description: 'With `saved`, like the next two: what its receipt says.' })),
    sequence: nullable(Type.Integer()),
    digest: nullable(Type.String()),
    details: Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()]),
  },
  { $id: 'AttemptEvent' },
)
export type AttemptEvent = Static<typeof AttemptEvent>
export const AttemptEventPage = Page(AttemptEvent)

export const JournalQuery = Type.Object({
  ...PageQuery.properties,
  position: Type.Optional(Type.Integer({ minimum: 1, description: 'Only saves of the answer at this position.' })),
})
export type JournalQuery = Static<typeof JournalQuery>

export const AttemptsQuery = Type.Object({ ...PageQuery.properties, status: Type.Optional(AttemptStatus) })
export type AttemptsQuery = Static<typeof AttemptsQuery>

export const ReopenBody = Type.Object(
  {
    reason: Type.String({ minLength: 1, maxLength: 500, pattern: '\\S' }),
    minutes: Type.Integer({ minimum: 1, maximum: 43_200, description: 'Until its new deadline, from now.' }),
  },
  { additionalProperties: false },
)
export type ReopenBody = Static<typeof ReopenBody>

export const AttemptParams = Type.Object({ attemptId: id })
