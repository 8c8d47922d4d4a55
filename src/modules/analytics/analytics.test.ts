import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { enqueue } from '#platform/jobs/outbox.ts'
import { makeCourse } from '#support/courses.ts'
import { complete, enroll, insertEnrollment } from '#support/enrollments.ts'
import { createHarness, type Harness } from '#support/harness.ts'
import { countCourses } from './jobs.ts'

async function count(harness: Harness) {
  await enqueue(harness.db, countCourses, {}, harness.clock.now())
  await harness.runJobs()
}

describe('GET /courses/:courseId/analytics', () => {
  test('200 zeros before the first count, then what was counted; a count without changes writes nothing', async (t) => {
    const harness = await createHarness(t)
    const owner = await harness.signUp('instructor')
    const { courseId, lessonIds } = await makeCourse(owner, { lessons: [{}, {}] })
    const read = async () => (await owner.get(`/courses/${courseId}/analytics`)).json()
    const [first, second, third, fourth] = await Promise.all([1, 2, 3, 4].map(() => harness.signUp('student')))
    assert.ok(first && second && third && fourth)
    await complete(first, await enroll(first, courseId), ...lessonIds)
    await complete(second, await enroll(second, courseId), lessonIds[0] ?? '')
    await third.post(`/enrollments/${await enroll(third, courseId)}/withdraw`)
    const past = new Date(harness.clock.now().getTime() - 1000).toISOString()
    await insertEnrollment(harness, courseId, fourth.userId, { expires_at: past })
    const before = await read()
    assert.deepEqual([before.enrolled, before.averagePercent, before.computedAt], [0, 0, null])

    await count(harness)
    const { computedAt, ...numbers } = await read()
    assert.deepEqual(numbers, {
      courseId,
      enrolled: 4,
      active: 2,
      withdrawn: 1,
      expired: 1,
      completed: 1,
      completionPercent: 25,
      averagePercent: 37.5,
      averageTimeSpentSeconds: 0,
    })
    harness.clock.advance({ seconds: 2 })
    await count(harness)
    assert.equal((await read()).computedAt, computedAt)
    await third.post(`/courses/${courseId}/enrollments`)
    await count(harness)
    const after = await read()
    assert.ok(after.active === 3 && after.computedAt > computedAt)
  })

  test('404 for whoever is not on the staff, 401 for visitors', async (t) => {
    const harness = await createHarness(t)
    const { courseId } = await makeCourse(await harness.signUp('instructor'))
    const path = `/courses/${courseId}/analytics`
    assert.equal((await (await harness.signUp('instructor')).get(path)).statusCode, 404)
    assert.equal((await (await harness.signUp('administrator')).get(path)).statusCode, 200)
    assert.equal((await harness.visitor.get(path)).statusCode, 401)
  })
})
