import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { makeCourse } from '#support/courses.ts'
import { insertEnrollment } from '#support/enrollments.ts'
import { createHarness } from '#support/harness.ts'

describe('GET /lessons/:lessonId', () => {
  test('200 for staff, administrators and enrolled students; the source for staff only', async (t) => {
    const harness = await createHarness(t)
    const owner = await harness.signUp('instructor')
    const { courseId, lessonIds } = await makeCourse(owner, {
      lessons: [{ content: { format: 'markdown', source: '# Hi' } }],
    })
    const student = await harness.signUp('student')
    await insertEnrollment(harness, courseId, student.userId)
    const administrator = await harness.signUp('administrator')
    const content = { format: 'markdown', html: '<h1>Hi</h1>\n' }
    for (const reader of [owner, administrator]) {
      const response = await reader.get(`/lessons/${lessonIds[0]}`)
      assert.equal(response.statusCode, 200, response.body)
      assert.deepEqual(response.json().content, { ...content, source: '# Hi' })
    }
    const response = await student.get(`/lessons/${lessonIds[0]}`)
    assert.equal(response.statusCode, 200, response.body)
    assert.deepEqual(response.json().content, content)
  })

  test('403 for whoever is not enrolled, left, or whose time is over; 401 without a token', async (t) => {
    const harness = await createHarness(t)
    const { courseId, lessonIds } = await makeCourse(await harness.signUp('instructor'))
    const path = `/lessons/${lessonIds[0]}`
    assert.equal((await harness.visitor.get(path)).statusCode, 401)
    const [stranger, gone, late] = [
      await harness.signUp('student'),
      await harness.signUp('student'),
      await harness.signUp('student'),
    ]
    await insertEnrollment(harness, courseId, gone.userId, { status: 'withdrawn' })
    // The job that marks enrollments as expired has not run yet.
    await insertEnrollment(harness, courseId, late.userId, {
      expires_at: new Date(harness.clock.now().getTime() - 1000).toISOString(),
    })
    for (const reader of [stranger, gone, late, await harness.signUp('instructor')]) {
      const response = await reader.get(path)
      assert.equal(response.statusCode, 403, response.body)
      assert.equal(response.json().type, '/problems/courses/enrollment-needed')
    }
  })
})
