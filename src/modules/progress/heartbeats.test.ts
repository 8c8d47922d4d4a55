import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, type TestContext, test } from 'node:test'
import { advanceToNoon } from '#support/clock.ts'
import { makeCourse } from '#support/courses.ts'
import { complete, enroll, eventsOf } from '#support/enrollments.ts'
import { type ApiClient, createHarness } from '#support/harness.ts'

const timed = { completionRule: 'time', completionSeconds: 90 }

/** The clock stands still at noon but for what a test advances it. */
async function createStill(t: TestContext) {
  const harness = await createHarness(t)
  advanceToNoon(harness.clock)
  harness.clock.freeze()
  return harness
}

async function beat(student: ApiClient, enrollmentId: string, lessonId: string | undefined, body?: object) {
  const response = await student.post(`/enrollments/${enrollmentId}/lessons/${lessonId}/heartbeat`, body)
  assert.equal(response.statusCode, 200, response.body)
  return response.json()
}

describe('POST /enrollments/:enrollmentId/lessons/:lessonId/heartbeat', () => {
  test('200 credits the time since the last heartbeat, by the clock of the server, and completes a timed lesson', async (t) => {
    const harness = await createStill(t)
    const { courseId, lessonIds } = await makeCourse(await harness.signUp('instructor'), { lessons: [timed] })
    const student = await harness.signUp('student')
    const enrollmentId = await enroll(student, courseId)
    const credited: number[] = []
    for (const seconds of [0, 30, 45, 10, 30]) {
      harness.clock.advance({ seconds })
      // What a client claims about time is not even read.
      const answer = await beat(student, enrollmentId, lessonIds[0], { seconds: 3600, at: '2020-01-01T00:00:00Z' })
      credited.push(answer.creditedSeconds)
      assert.equal(answer.secondsMissing === null || answer.secondsMissing === 0, answer.completedAt !== null)
    }
    assert.deepEqual(credited, [0, 30, 45, 10, 30])
    const progress = (await student.get(`/enrollments/${enrollmentId}/progress`)).json()
    assert.deepEqual([progress.percent, progress.timeSpentSeconds], [100, 115])
    assert.equal(progress.lessons[0].state, 'completed')
    assert.deepEqual(await eventsOf(student, enrollmentId), ['enrolled', 'completed'])
    const day = await harness.db.selectFrom('learning_day').selectAll().executeTakeFirstOrThrow()
    assert.deepEqual([day.time_spent_seconds, day.lessons_completed], [115, 1])
    const text = await harness.metrics.metrics()
    assert.match(text, /lms_learning_seconds_total 115/)
    assert.match(text, /lms_lessons_completed_total\{rule="time"\} 1/)
    assert.match(text, /lms_heartbeats_total\{outcome="credited"\} 4/)
  })

  test('200 credits at most 60 seconds a heartbeat, and nothing for the first of a sitting', async (t) => {
    const harness = await createStill(t)
    const { courseId, lessonIds } = await makeCourse(await harness.signUp('instructor'))
    const student = await harness.signUp('student')
    const enrollmentId = await enroll(student, courseId)
    const credited: number[] = []
    for (const seconds of [0, 61, 300, 301, 60]) {
      harness.clock.advance({ seconds })
      credited.push((await beat(student, enrollmentId, lessonIds[0])).creditedSeconds)
    }
    assert.deepEqual(credited, [0, 60, 60, 0, 60])
  })

  test('200 counts every second of many short intervals once', async (t) => {
    const harness = await createStill(t)
    const { courseId, lessonIds } = await makeCourse(await harness.signUp('instructor'))
    const student = await harness.signUp('student')
    const enrollmentId = await enroll(student, courseId)
    await beat(student, enrollmentId, lessonIds[0])
    for (let count = 0; count < 10; count++) {
      harness.clock.advance({ seconds: 0.7 })
      await beat(student, enrollmentId, lessonIds[0])
    }
    const { timeSpentSeconds } = (await student.get(`/enrollments/${enrollmentId}/progress`)).json()
    assert.equal(timeSpentSeconds, 7)
  })

  test('two open lessons, even of two courses and at the same moment, share the time', async (t) => {
    const harness = await createStill(t)
    const owner = await harness.signUp('instructor')
    const student = await harness.signUp('student')
    const open: [string, string | undefined][] = []
    for (const { courseId, lessonIds } of [await makeCourse(owner, { lessons: [{}, {}] }), await makeCourse(owner)]) {
      const enrollmentId = await enroll(student, courseId)
      for (const lessonId of lessonIds) open.push([enrollmentId, lessonId])
    }
    const beatAll = () => Promise.all(open.map(([enrollmentId, lessonId]) => beat(student, enrollmentId, lessonId)))
    await beatAll()
    harness.clock.advance({ seconds: 40 })
    await beatAll()
    const { total } = await harness.db
      .selectFrom('course_progress')
      .select((eb) => eb.fn.sum<number>('time_spent_seconds').as('total'))
      .executeTakeFirstOrThrow()
    assert.equal(Number(total), 40)
  })

  test('401, 403, 404 and 409 credit nothing: visitors, staff, strangers, closed lessons, ended enrollments', async (t) => {
    const harness = await createStill(t)
    const owner = await harness.signUp('instructor')
    const { courseId, lessonIds } = await makeCourse(owner, { lessons: [{}, { releaseAfterDays: 1 }] })
    const student = await harness.signUp('student')
    const enrollmentId = await enroll(student, courseId)
    const path = `/enrollments/${enrollmentId}/lessons/${lessonIds[0]}/heartbeat`
    assert.equal((await harness.visitor.post(path)).statusCode, 401)
    assert.equal((await owner.post(path)).statusCode, 403)
    assert.equal((await (await harness.signUp('student')).post(path)).statusCode, 404)
    assert.equal((await student.post(`/enrollments/${enrollmentId}/lessons/${randomUUID()}/heartbeat`)).statusCode, 404)
    const closed = await student.post(`/enrollments/${enrollmentId}/lessons/${lessonIds[1]}/heartbeat`)
    assert.equal(closed.json().type, '/problems/courses/lesson-not-released')
    await student.post(`/enrollments/${enrollmentId}/withdraw`)
    assert.equal((await student.post(path)).json().type, '/problems/enrollments/not-active')
    assert.deepEqual(await harness.db.selectFrom('lesson_progress').selectAll().execute(), [])
    assert.deepEqual(await harness.db.selectFrom('heartbeat').selectAll().execute(), [])
  })

  test('calling complete when the time is there, but the threshold came down only later, completes', async (t) => {
    const harness = await createStill(t)
    const { courseId, lessonIds } = await makeCourse(await harness.signUp('instructor'), { lessons: [timed] })
    const student = await harness.signUp('student')
    const enrollmentId = await enroll(student, courseId)
    await beat(student, enrollmentId, lessonIds[0])
    harness.clock.advance({ seconds: 50 })
    await beat(student, enrollmentId, lessonIds[0])
    const early = await student.post(`/enrollments/${enrollmentId}/lessons/${lessonIds[0]}/complete`)
    assert.equal(early.json().secondsMissing, 40)
    await harness.db.updateTable('lesson').set({ completion_seconds: 45 }).execute()
    assert.equal((await complete(student, enrollmentId, lessonIds[0] ?? ''))?.percent, 100)
  })
})
