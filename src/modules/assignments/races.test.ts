import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setUpAssignment } from '#support/assignments.ts'
import { countDeadlocks } from '#support/deadlocks.ts'
import { enroll } from '#support/enrollments.ts'
import { signUpMany } from '#support/harness.ts'

const policy = { latePolicy: 'penalty', latePercentPerDay: '10', passPoints: '5' }

test('handing in, grading, releasing, extending and moving the due date at once: no deadlock, all grades are right', async (t) => {
  const scene = await setUpAssignment(t, (inHours) => ({ ...policy, due: inHours(-30) }))
  const { owner, db, courseId, lessonId, inHours, change, handIn } = scene
  const students = await signUpMany(scene, 8)
  const work = await Promise.all(
    students.map(async (student) => {
      const enrollmentId = await enroll(student, courseId)
      return { student, enrollmentId, ...(await handIn('First', student)) }
    }),
  )
  const beginners = await signUpMany(scene, 4)
  for (const beginner of beginners) await enroll(beginner, courseId)
  await Promise.all([
    ...beginners.map((beginner) => handIn('First', beginner)),
    ...work.flatMap(({ student, submissionId }, index) => [
      student.post(`/lessons/${lessonId}/submissions`, { text: 'Second' }),
      owner.put(`/submissions/${submissionId}/grade`, { points: '8', release: index % 2 === 0 }),
      owner.put(`/submissions/${submissionId}/grade`, { points: '9' }),
      owner.put(`/lessons/${lessonId}/accommodations/${student.userId}`, { extraDays: 1, reason: 'Ill' }),
      owner.put(`/courses/${courseId}/accommodations/${student.userId}`, { extraDays: 3, reason: 'Ill' }),
    ]),
    change({ ...policy, due: inHours(-60) }),
    change({ ...policy, due: inHours(-60), latePercentPerDay: '20' }),
    owner.post(`/lessons/${lessonId}/submissions/release`),
  ])
  await owner.post(`/lessons/${lessonId}/submissions/release`)

  assert.equal(await countDeadlocks(db), 0)
  for (const { submissionId, enrollmentId, student } of work) {
    const { grade, number, lateDays } = (await student.get(`/submissions/${submissionId}`)).json()
    assert.equal(number, 2)
    assert.equal(lateDays, 0, 'sixty hours late, three days granted')
    const recorded = await db
      .selectFrom('grade')
      .select(['points', 'late_penalty'])
      .where('enrollment_id', '=', enrollmentId)
      .executeTakeFirstOrThrow()
    assert.deepEqual([grade.finalPoints, recorded.late_penalty], [grade.points, 0])
    assert.ok(recorded.points === 80_000 || recorded.points === 90_000)
    assert.equal(recorded.points, Number(grade.points) * 10_000)
    const { completedAt } = (await student.get(`/enrollments/${enrollmentId}/progress`)).json()
    assert.ok(completedAt)
  }
})
