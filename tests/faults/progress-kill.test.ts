import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { describe } from 'node:test'
import type { Kysely } from 'kysely'
import { type Inspect, testOnBothDatabases } from '#support/both-databases.ts'
import { eventually } from '#support/eventually.ts'
import type { ProductProcess } from '#support/product-process.ts'
import type { Database } from '../../src/database.ts'
import { type Classroom, openClassroom, type Student, unlimited } from './fixtures/classroom.ts'

const ROUNDS = 6
const STUDENTS = 8
const LESSONS = 60

/** `enrollment lesson` of every completion that was answered 200. */
type Acknowledged = Set<string>

/** Completes what is not acknowledged yet, one lesson after the other, until the process is gone or all is done. */
async function learn({ enrollmentId, call }: Student, lessonIds: readonly string[], acknowledged: Acknowledged) {
  for (const lessonId of lessonIds) {
    const name = `${enrollmentId} ${lessonId}`
    if (acknowledged.has(name)) continue
    const answer = await call('POST', `/enrollments/${enrollmentId}/lessons/${lessonId}/complete`).catch(() => null)
    if (answer === null) return
    assert.equal(answer.status, 200, answer.text)
    acknowledged.add(name)
  }
}

/** What must hold whenever the process was killed. */
async function assertKept(db: Kysely<Database>, { students, lessonIds }: Classroom, acknowledged: Acknowledged) {
  const completions = await db
    .selectFrom('lesson_progress')
    .select(['enrollment_id', 'lesson_id'])
    .where('completed_at', 'is not', null)
    .execute()
  const stored = new Set(completions.map((row) => `${row.enrollment_id} ${row.lesson_id}`))
  assert.deepEqual(
    [...acknowledged].filter((name) => !stored.has(name)),
    [],
    'acknowledged and lost',
  )

  const summaries = await db.selectFrom('course_progress').selectAll().execute()
  for (const { enrollmentId } of students) {
    const count = completions.filter((row) => row.enrollment_id === enrollmentId).length
    const summary = summaries.find((row) => row.enrollment_id === enrollmentId)
    assert.equal(summary?.completed_lessons ?? 0, count, 'a completion and its summary are stored together')
    assert.equal(summary?.completed_at != null, count === lessonIds.length)
  }
  const events = await db.selectFrom('enrollment_event').select('id').where('event', '=', 'completed').execute()
  assert.equal(events.length, summaries.filter((row) => row.completed_at !== null).length)
  const days = await db.selectFrom('learning_day').select('lessons_completed').execute()
  assert.equal(
    days.reduce((sum, row) => sum + row.lessons_completed, 0),
    stored.size,
  )
  return stored.size
}

async function learnAndKill(product: ProductProcess, inspect: Inspect): Promise<void> {
  const classroom = await openClassroom(product, { students: STUDENTS, lessons: LESSONS })
  const learnAll = () => Promise.all(classroom.students.map((one) => learn(one, classroom.lessonIds, acknowledged)))
  const acknowledged: Acknowledged = new Set()
  for (let round = 1; round <= ROUNDS; round++) {
    const [learning, enough] = [learnAll(), acknowledged.size + randomInt(1, 50)]
    await eventually(() => assert.ok(acknowledged.size >= enough), { everyMs: 1 })
    await product.kill()
    await learning
    await inspect((db) => assertKept(db, classroom, acknowledged))
    await product.start()
  }
  assert.ok(
    acknowledged.size > 0 && acknowledged.size < STUDENTS * LESSONS,
    `${acknowledged.size} before the last kill`,
  )
  await learnAll()
  await product.kill()
  assert.equal(await inspect((db) => assertKept(db, classroom, acknowledged)), STUDENTS * LESSONS)
}

describe('kill -9 while students complete lessons: what was acknowledged is stored, whole', () => {
  testOnBothDatabases(unlimited, learnAndKill)
})
