import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { makeCourse } from '#support/courses.ts'
import { createHarness, type Harness } from '#support/harness.ts'

/** The enrollment as the part that enrolls would write it. */
async function enroll({ db, clock }: Harness, courseId: string, userId: string, changes: Record<string, unknown> = {}) {
  const id = crypto.randomUUID()
  await db
    .insertInto('enrollment')
    .values({
      id,
      course_id: courseId,
      user_id: userId,
      status: 'active',
      source: 'self',
      enrolled_at: clock.now().toISOString(),
      expires_at: null,
      ended_at: null,
      ...changes,
    })
    .execute()
  return id
}

describe('GET /lessons/:lessonId', () => {
  test('200 for staff, administrators and enrolled students; the source for staff only', async (t) => {
    const harness = await createHarness(t)
    const owner = await harness.signUp('instructor')
    const { courseId, lessonIds } = await makeCourse(owner, {
      lessons: [{ content: { format: 'markdown', source: '# Hi' } }],
    })
    const student = await harness.signUp('student')
    await enroll(harness, courseId, student.userId)
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
    await enroll(harness, courseId, gone.userId, { status: 'withdrawn' })
    // The job that marks enrollments as expired has not run yet.
    await enroll(harness, courseId, late.userId, {
      expires_at: new Date(harness.clock.now().getTime() - 1000).toISOString(),
    })
    for (const reader of [stranger, gone, late, await harness.signUp('instructor')]) {
      const response = await reader.get(path)
      assert.equal(response.statusCode, 403, response.body)
      assert.equal(response.json().type, '/problems/courses/enrollment-needed')
    }
  })
})
