import assert from 'node:assert/strict'
import { test } from 'node:test'
import { outlineChanged } from '#modules/courses/index.ts'
import { enqueue } from '#platform/jobs/outbox.ts'
import { makeCourse } from '#support/courses.ts'
import { countDeadlocks } from '#support/deadlocks.ts'
import { enroll, eventsOf, expireOverdue } from '#support/enrollments.ts'
import { createHarness, signUpMany } from '#support/harness.ts'

test('everything at once on one course: no deadlock, and all counts are right', async (t) => {
  const harness = await createHarness(t)
  const owner = await harness.signUp('instructor')
  const course = { capacity: 30, enrollmentDays: 100 }
  const lessons = Array.from({ length: 4 }, () => ({}))
  const { courseId, lessonIds } = await makeCourse(owner, { course, lessons })
  const other = await makeCourse(owner, { lessons })
  const students = await signUpMany(harness, 12)
  const rows = students.map(({ userId }) => ({ userId }))
  const expiresAt = new Date(harness.clock.now().getTime() + 1e9).toISOString()

  await Promise.all(
    students.map(async (student, index) => {
      const enrolled = (await student.post(`/courses/${courseId}/enrollments`)).json()
      // The owner's list of another student may have been quicker: then the refusal names the enrollment.
      const enrollmentId = enrolled.id ?? enrolled.enrollmentId
      assert.ok(enrollmentId, JSON.stringify(enrolled))
      const otherId = await enroll(student, other.courseId)
      await Promise.all([
        ...lessonIds.map((id) => student.post(`/enrollments/${enrollmentId}/lessons/${id}/complete`)),
        ...lessonIds.map((id) => student.post(`/enrollments/${enrollmentId}/lessons/${id}/heartbeat`)),
        ...other.lessonIds.map((id) => student.post(`/enrollments/${otherId}/lessons/${id}/heartbeat`)),
        ...(index % 3 === 0 ? [student.post(`/enrollments/${enrollmentId}/withdraw`)] : []),
        owner.patch(`/enrollments/${enrollmentId}`, { expiresAt }),
        owner.post(`/courses/${courseId}/enrollments/bulk`, { rows: index % 2 ? rows : rows.toReversed() }),
        enqueue(harness.db, outlineChanged, { courseId }, harness.clock.now()),
      ])
    }),
  )
  await expireOverdue(harness)

  assert.equal(await countDeadlocks(harness.db), 0)
  for (const student of students) {
    const { items } = (await student.get('/enrollments')).json()
    const mine = items.find((one: { courseId: string }) => one.courseId === courseId)
    const told = (await student.get(`/enrollments/${mine.id}/progress`)).json()
    assert.deepEqual(
      [mine.progress.percent, mine.progress.completedLessons, mine.progress.completedAt],
      [told.percent, told.completedLessons, told.completedAt],
    )
    const completions = (await eventsOf(student, mine.id)).filter((event) => event === 'completed')
    assert.equal(completions.length, told.completedAt === null ? 0 : 1)
  }
})
