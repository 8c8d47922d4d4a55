import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { describe } from 'node:test'
import type { Kysely } from 'kysely'
import { type Inspect, testOnBothDatabases } from '#support/both-databases.ts'
import { eventually } from '#support/eventually.ts'
import type { ProductProcess } from '#support/product-process.ts'
import type { Database } from '../../src/database.ts'
import { type Answer, type Classroom, openClassroom, type Student, unlimited } from './fixtures/classroom.ts'

const ROUNDS = 3
const STUDENTS = 8
const QUESTIONS = 4
const RIGHT = '42'

/** What the server said it has stored. */
interface Receipt {
  readonly attemptId: string
  readonly position: number
  readonly sequence: number
  readonly savedAt: string
  readonly digest: string
}

type Nullable<T> = { readonly [K in keyof T]: T[K] | null }

/** One student at his quiz, who knows which save has no receipt yet. */
interface Writer {
  readonly student: Student
  readonly attemptId: string
  sequence: number
  readonly receipts: Receipt[]
}

/** Saves one answer after the other; one without a receipt again until it has one. Ends when the process is gone. */
async function write(writer: Writer, until: () => boolean): Promise<void> {
  while (!until()) {
    const { attemptId, sequence } = writer
    const position = (sequence % QUESTIONS) + 1
    const answer = { value: answerOf(sequence) }
    const saved = await request(writer.student, 'PUT', `/attempts/${attemptId}/answers/${position}`, {
      sequence,
      answer,
    })
    if (saved === null) return
    assert.equal(saved.status, 200, saved.text)
    const { outcome, receipt } = JSON.parse(saved.text)
    assert.equal(outcome, 'saved')
    writer.receipts.push(receipt)
    writer.sequence++
  }
}

/** Every third answer is wrong. */
function answerOf(sequence: number): string {
  return sequence % 3 === 0 ? '1' : RIGHT
}

/** Null: no whole answer came, since the process was killed. */
function request(student: Student, method: string, path: string, body?: object): Promise<Answer | null> {
  return student.call(method, path, body).catch(() => null)
}

/** What must hold whenever the process was killed. */
async function assertKept(db: Kysely<Database>, writers: readonly Writer[]): Promise<void> {
  const events = await db.selectFrom('attempt_event').selectAll().where('event', '=', 'saved').execute()
  const answers = await db.selectFrom('attempt_answer').selectAll().execute()
  const journal = new Set(events.map((row) => lineOf({ ...row, attemptId: row.attempt_id, savedAt: row.occurred_at })))
  const lost = writers.flatMap(({ receipts }) => receipts.map(lineOf)).filter((line) => !journal.has(line))
  assert.deepEqual(lost, [], 'acknowledged and not in the journal')
  assert.equal(journal.size, events.length, 'nothing was saved twice')
  for (const row of answers) {
    const own = events.filter((event) => event.attempt_id === row.attempt_id && event.position === row.position)
    const newest = own.reduce((last, event) => Math.max(last, event.sequence ?? 0), 0)
    assert.equal(row.sequence, newest, 'an answer and its line in the journal are stored together')
    if (newest > 0) assert.deepEqual(row.answer, { value: answerOf(newest) })
  }
}

function lineOf({ attemptId, position, sequence, savedAt, digest }: Nullable<Receipt>): string {
  return [attemptId, position, sequence, savedAt, digest].join(' ')
}

/** What must hold once everybody has handed in, however often the process was killed meanwhile. */
async function assertGraded(db: Kysely<Database>, writers: readonly Writer[]): Promise<void> {
  const answers = await db.selectFrom('attempt_answer').selectAll().execute()
  const attempts = await db.selectFrom('attempt').selectAll().execute()
  assert.equal(attempts.length, writers.length)
  for (const attempt of attempts) {
    const own = answers.filter((row) => row.attempt_id === attempt.id)
    for (const row of own) {
      assert.equal(row.is_open, false)
      assert.equal(row.points, (row.answer as { value: string } | null)?.value === RIGHT ? 10_000 : 0)
    }
    assert.equal(attempt.status, 'graded')
    assert.equal(
      attempt.points,
      own.reduce((sum, row) => sum + (row.points ?? 0), 0),
    )
  }
  for (const event of ['started', 'submitted', 'graded'] as const) {
    const rows = await db.selectFrom('attempt_event').select('id').where('event', '=', event).execute()
    assert.equal(rows.length, writers.length, `${event} once each`)
  }
  const grades = await db.selectFrom('grade').select(['points', 'enrollment_id']).execute()
  for (const attempt of attempts) {
    assert.equal(grades.find((row) => row.enrollment_id === attempt.enrollment_id)?.points, attempt.points)
  }
}

async function makeQuiz({ courseId, make }: Classroom): Promise<string> {
  const { id: moduleId } = await make(`/courses/${courseId}/modules`, { title: 'Exam' })
  const lesson = { type: 'quiz', title: 'Exam', status: 'published', content: {} }
  const { id: lessonId } = await make(`/modules/${moduleId}/lessons`, lesson)
  const { id: bankId } = await make(`/courses/${courseId}/question-banks`, { title: 'Bank' })
  const items: object[] = []
  for (let n = 1; n <= QUESTIONS; n++) {
    const content = { type: 'numeric', prompt: `Question ${n}`, value: RIGHT }
    const { id } = await make(`/question-banks/${bankId}/questions`, { content })
    items.push({ kind: 'question', questionId: id, points: '1' })
  }
  return (await make(`/lessons/${lessonId}/quiz`, { items, timeLimitSeconds: 3600 })).id
}

async function begin(student: Student, quizId: string): Promise<Writer> {
  const begun = await student.call('POST', `/quizzes/${quizId}/attempts`)
  assert.equal(begun.status, 201, begun.text)
  return { student, attemptId: JSON.parse(begun.text).id, sequence: 1, receipts: [] }
}

async function writeAndKill(product: ProductProcess, inspect: Inspect): Promise<void> {
  const classroom = await openClassroom(product, { students: STUDENTS, lessons: 1 })
  const quizId = await makeQuiz(classroom)
  const writers = await Promise.all(classroom.students.map((student) => begin(student, quizId)))
  const acknowledged = () => writers.reduce((sum, { receipts }) => sum + receipts.length, 0)
  for (let round = 1; round <= ROUNDS; round++) {
    const enough = acknowledged() + randomInt(10, 120)
    const writing = Promise.all(writers.map((writer) => write(writer, () => false)))
    await eventually(() => assert.ok(acknowledged() >= enough), { everyMs: 1 })
    await product.kill()
    await writing
    await inspect((db) => assertKept(db, writers))
    await product.start()
  }
  const submitAll = () =>
    Promise.all(writers.map(({ student, attemptId }) => request(student, 'POST', `/attempts/${attemptId}/submit`)))
  // Killed once more, in the middle of what they hand in.
  let submitted = 0
  const submitting = Promise.all(
    writers.map(async ({ student, attemptId }) => {
      if ((await request(student, 'POST', `/attempts/${attemptId}/submit`)) !== null) submitted++
    }),
  )
  await eventually(() => assert.ok(submitted > 0), { everyMs: 1 })
  await product.kill()
  await submitting
  await inspect((db) => assertKept(db, writers))
  await product.start()
  for (const answer of await submitAll()) assert.equal(answer?.status, 200, answer?.text)
  await product.kill()
  await inspect(async (db) => {
    await assertKept(db, writers)
    await assertGraded(db, writers)
  })
}

describe('kill -9 while students answer: what was acknowledged is stored, proved and graded', () => {
  testOnBothDatabases(unlimited, writeAndKill)
})
