import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { makeCourse } from '#support/courses.ts'
import { insertEnrollment } from '#support/enrollments.ts'
import { createHarness, type Harness } from '#support/harness.ts'

const page = { type: 'page', title: 'Page', content: { format: 'markdown', source: 'Hello.' } }

async function setUp(harness: Harness) {
  const owner = await harness.signUp('instructor')
  const course = await makeCourse(owner)
  const lessons = `/modules/${course.moduleId}/lessons`
  const jobs = async () =>
    (await harness.db.selectFrom('job').select('payload').where('name', '=', 'courses.outline-changed').execute())
      .length
  return { owner, ...course, lessons, jobs }
}

describe('publish, archive and delete a lesson', () => {
  test('what counts towards progress is announced exactly when it changes', async (t) => {
    const { owner, lessons, jobs } = await setUp(await createHarness(t))
    const announces = async (change: () => Promise<{ statusCode: number; body: string }>, expected: number) => {
      const before = await jobs()
      const response = await change()
      assert.ok(response.statusCode < 300, response.body)
      assert.equal((await jobs()) - before, expected, response.body)
    }
    await announces(() => owner.post(lessons, page), 0)
    await announces(() => owner.post(lessons, { ...page, status: 'published', isRequired: false }), 0)
    const { id } = (await owner.post(lessons, page)).json()
    await announces(() => owner.post(`/lessons/${id}/publish`), 1)
    await announces(() => owner.patch(`/lessons/${id}`, { title: 'x', content: page.content, isRequired: true }), 0)
    await announces(() => owner.patch(`/lessons/${id}`, { isRequired: false }), 1)
    await announces(() => owner.post(`/lessons/${id}/archive`), 0)
    await announces(() => owner.patch(`/lessons/${id}`, { isRequired: true }), 0)
    await announces(() => owner.post(`/lessons/${id}/publish`), 1)
    await announces(() => owner.delete(`/lessons/${id}`), 1)
  })

  test('409 publishes and archives once, also of five at once', async (t) => {
    const { owner, lessonIds } = await setUp(await createHarness(t))
    for (const verb of ['archive', 'publish']) {
      const path = `/lessons/${lessonIds[0]}/${verb}`
      const responses = await Promise.all(Array.from({ length: 5 }, () => owner.post(path)))
      assert.deepEqual(responses.map((response) => response.statusCode).sort(), [200, 409, 409, 409, 409])
    }
  })

  test('204 deletes a lesson that nobody began, also from the prerequisites of others', async (t) => {
    const harness = await createHarness(t)
    const owner = await harness.signUp('instructor')
    const { courseId, lessonIds } = await makeCourse(owner, { lessons: [{}, {}, {}] })
    const [first, second, third] = lessonIds
    await owner.patch(`/lessons/${second}`, { prerequisiteIds: [first] })
    assert.equal((await owner.delete(`/lessons/${first}`, { 'if-match': '"7"' })).statusCode, 412)
    assert.equal((await owner.delete(`/lessons/${first}`)).statusCode, 204)
    const { lessons } = (await owner.get(`/courses/${courseId}/outline`)).json().modules[0]
    assert.deepEqual(
      lessons.map((one: { id: string; position: number; prerequisiteIds: string[] }) => [
        one.id,
        one.position,
        one.prerequisiteIds,
      ]),
      [
        [second, 0, []],
        [third, 1, []],
      ],
    )
    assert.equal((await owner.delete(`/lessons/${first}`)).statusCode, 404)
  })

  test('409 deletes no lesson that somebody began; it is still there', async (t) => {
    const harness = await createHarness(t)
    const { owner, courseId, lessonIds } = await setUp(harness)
    const [lessonId = ''] = lessonIds
    const enrollmentId = await insertEnrollment(harness, courseId, (await harness.signUp('student')).userId)
    await harness.db
      .insertInto('lesson_progress')
      .values({
        enrollment_id: enrollmentId,
        lesson_id: lessonId,
        started_at: harness.clock.now().toISOString(),
        completed_at: null,
        last_activity_at: harness.clock.now().toISOString(),
      })
      .execute()
    const response = await owner.delete(`/lessons/${lessonId}`)
    assert.equal(response.statusCode, 409)
    assert.equal(response.json().type, '/problems/courses/lesson-in-use')
    assert.equal((await owner.get(`/lessons/${lessonId}`)).statusCode, 200)
    assert.equal((await owner.post(`/lessons/${lessonId}/archive`)).statusCode, 200)
  })

  test('401, 403 and 404', async (t) => {
    const harness = await createHarness(t)
    const { owner, lessonIds } = await setUp(harness)
    const assistant = await harness.signUp('student')
    for (const [method, suffix] of [
      ['post', '/publish'],
      ['post', '/archive'],
      ['delete', ''],
    ] as const) {
      assert.equal((await harness.visitor[method](`/lessons/${lessonIds[0]}${suffix}`)).statusCode, 401)
      assert.equal((await assistant[method](`/lessons/${lessonIds[0]}${suffix}`)).statusCode, 403)
      assert.equal((await owner[method](`/lessons/${crypto.randomUUID()}${suffix}`)).statusCode, 404)
    }
  })
})
