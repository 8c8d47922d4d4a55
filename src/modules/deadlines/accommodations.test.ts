import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, type TestContext, test } from 'node:test'
import { makeCourse } from '#support/courses.ts'
import { enroll } from '#support/enrollments.ts'
import { createHarness } from '#support/harness.ts'

const quiz = { type: 'quiz', content: {} }

async function setUp(t: TestContext) {
  const harness = await createHarness(t)
  const owner = await harness.signUp('instructor')
  const { courseId, lessonIds } = await makeCourse(owner, { lessons: [quiz, {}] })
  const student = await harness.signUp('student', 'Ada Lovelace')
  await enroll(student, courseId)
  const [quizLesson = '', page = ''] = lessonIds
  const forCourse = `/courses/${courseId}/accommodations/${student.userId}`
  const forItem = `/lessons/${quizLesson}/accommodations/${student.userId}`
  return { ...harness, owner, student, courseId, quizLesson, page, forCourse, forItem }
}

describe('PUT …/accommodations/:userId', () => {
  test('201 grants, 200 replaces, and the audit log keeps what was before and why', async (t) => {
    const { owner, db, student, courseId, forCourse } = await setUp(t)
    const first = await owner.put(forCourse, { timeFactor: '1.50', extraDays: 3, reason: 'Dyslexia' })
    assert.equal(first.statusCode, 201, first.body)
    assert.deepEqual(Object.assign(first.json(), { createdAt: null, updatedAt: null }), {
      courseId,
      lessonId: null,
      user: { id: student.userId, fullName: 'Ada Lovelace', email: student.email },
      timeFactor: '1.5',
      extraMinutes: 0,
      extraDays: 3,
      opens: null,
      due: null,
      closes: null,
      reason: 'Dyslexia',
      createdAt: null,
      updatedAt: null,
      updatedBy: owner.userId,
    })
    const second = await owner.put(forCourse, { extraMinutes: 20, reason: 'By letter of 3 May' })
    assert.equal(second.statusCode, 200, second.body)
    assert.deepEqual([second.json().timeFactor, second.json().extraMinutes, second.json().extraDays], [null, 20, 0])

    const rows = await db.selectFrom('audit_event').selectAll().where('action', 'like', 'accommodation.%').execute()
    assert.equal(rows.length, 2)
    const { before, after } = Object(rows[1]?.details)
    assert.deepEqual([before.time_factor, before.reason], [15_000, 'Dyslexia'])
    assert.deepEqual([after.extra_minutes, after.reason], [20, 'By letter of 3 May'])
  })

  test('400 names what is wrong: nothing granted, a factor below 1, a date that does not exist, dates of a course', async (t) => {
    const { owner, forCourse, forItem } = await setUp(t)
    const pointersOf = async (path: string, body: Record<string, unknown>) => {
      const response = await owner.put(path, { reason: 'Because', ...body })
      assert.equal(response.statusCode, 400, response.body)
      return response.json().errors.map((one: { pointer: string }) => one.pointer)
    }
    assert.deepEqual(await pointersOf(forCourse, {}), ['/body'])
    assert.deepEqual(await pointersOf(forCourse, { timeFactor: '0.5' }), ['/body/timeFactor'])
    assert.deepEqual(await pointersOf(forItem, { due: '2026-02-30T10:00' }), ['/body/due'])
    assert.deepEqual(await pointersOf(forCourse, { extraDays: 1, reason: ' ' }), ['/body/reason'])
    assert.equal((await owner.put(forCourse, { due: '2026-03-01T10:00', reason: 'x' })).statusCode, 400)
  })

  test('401, 403 and 404 for those whom it is not for, and for what is not there', async (t) => {
    const { owner, visitor, student, signUp, forCourse, forItem, courseId, quizLesson, page } = await setUp(t)
    const body = { extraDays: 1, reason: 'Ill' }
    for (const path of [forCourse, forItem]) {
      assert.equal((await visitor.put(path, body)).statusCode, 401)
      assert.equal((await student.put(path, body)).statusCode, 403)
      assert.equal((await (await signUp('instructor')).put(path, body)).statusCode, 403)
    }
    const unknown = randomUUID()
    const codeOf = async (path: string) => (await owner.put(path, body)).json().type
    assert.equal(
      await codeOf(`/courses/${courseId}/accommodations/${unknown}`),
      '/problems/deadlines/student-not-in-course',
    )
    assert.equal(await codeOf(`/courses/${unknown}/accommodations/${student.userId}`), '/problems/courses/not-found')
    assert.equal(
      await codeOf(`/lessons/${unknown}/accommodations/${student.userId}`),
      '/problems/courses/lesson-not-found',
    )
    assert.equal(await codeOf(`/lessons/${page}/accommodations/${student.userId}`), '/problems/deadlines/no-item')
    assert.equal(
      await codeOf(`/lessons/${quizLesson}/accommodations/${unknown}`),
      '/problems/deadlines/student-not-in-course',
    )
  })

  test('412 when somebody changed it since it was read', async (t) => {
    const { owner, forItem } = await setUp(t)
    const etag = (await owner.put(forItem, { extraDays: 1, reason: 'Ill' })).headers.etag as string
    assert.equal((await owner.put(forItem, { extraDays: 2, reason: 'Still ill' })).statusCode, 200)
    const stale = await owner.put(forItem, { extraDays: 5, reason: 'Ill' }, { 'if-match': etag })
    assert.equal(stale.statusCode, 412, stale.body)
    const present = await owner.get(forItem)
    assert.equal(present.json().extraDays, 2)
    const kept = await owner.get(forItem, { 'if-none-match': present.headers.etag as string })
    assert.equal(kept.statusCode, 200)
    assert.equal(kept.headers['cache-control'], 'private, no-store')
    assert.equal((await owner.delete(forItem, { 'if-match': etag })).statusCode, 412)
  })

  test('ten at once leave one accommodation', async (t) => {
    const { owner, db, forCourse } = await setUp(t)
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, day) => owner.put(forCourse, { extraDays: day + 1, reason: 'Race' })),
    )
    assert.deepEqual(answers.map(({ statusCode }) => statusCode).sort(), [...Array(9).fill(200), 201])
    assert.equal((await db.selectFrom('accommodation').selectAll().execute()).length, 1)
  })
})

describe('GET /courses/:courseId/accommodations', () => {
  test('200 page by page, by student or by item, for staff only', async (t) => {
    const { owner, student, courseId, quizLesson, forCourse, forItem } = await setUp(t)
    await owner.put(forCourse, { extraDays: 1, reason: 'Ill' })
    await owner.put(forItem, { closes: '2027-01-01T10:00', reason: 'Ill' })
    const path = `/courses/${courseId}/accommodations`
    const first = (await owner.get(`${path}?limit=1`)).json()
    assert.deepEqual([first.items.length, first.items[0].lessonId], [1, null])
    const rest = (await owner.get(`${path}?limit=1&cursor=${first.nextCursor}`)).json()
    assert.deepEqual([rest.items[0].lessonId, rest.nextCursor], [quizLesson, null])
    const count = async (query: string) => (await owner.get(`${path}?${query}`)).json().items.length
    assert.equal(await count(`lessonId=${quizLesson}`), 1)
    assert.equal(await count(`userId=${student.userId}`), 2)
    assert.equal(await count(`userId=${randomUUID()}`), 0)
    assert.equal((await student.get(path)).statusCode, 403)
  })
})

describe('DELETE …/accommodations/:userId', () => {
  test('204 takes it back and is audited; 404 when there is none', async (t) => {
    const { owner, db, student, forCourse, forItem } = await setUp(t)
    await owner.put(forItem, { extraMinutes: 5, reason: 'Ill' })
    assert.equal((await student.delete(forItem)).statusCode, 403)
    assert.equal((await owner.delete(forItem)).statusCode, 204)
    for (const path of [forItem, forCourse]) {
      const again = await owner.delete(path)
      assert.equal(again.json().type, '/problems/deadlines/accommodation-not-found')
      assert.equal((await owner.get(path)).statusCode, 404)
    }
    const { length } = await db
      .selectFrom('audit_event')
      .select('id')
      .where('action', '=', 'accommodation.removed')
      .execute()
    assert.equal(length, 1)
  })
})
