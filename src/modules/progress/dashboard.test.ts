import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { advanceToNoon } from '#support/clock.ts'
import { makeCourse } from '#support/courses.ts'
import { complete, enroll } from '#support/enrollments.ts'
import { createHarness, type Person } from '#support/harness.ts'

async function dashboardOf(person: Person) {
  const response = await person.get('/users/me/dashboard')
  assert.equal(response.statusCode, 200, response.body)
  return response.json()
}

describe('GET /users/me/dashboard', () => {
  test('200 shows my active courses, last learnt first, and where each goes on', async (t) => {
    const harness = await createHarness(t)
    const owner = await harness.signUp('instructor')
    const student = await harness.signUp('student')
    const gated = await makeCourse(owner, {
      course: { title: 'Gated' },
      lessons: [{ title: 'Later', releaseAfterDays: 5 }, { title: 'Waits' }, { title: 'Open' }],
    })
    const edge = { lesson_id: gated.lessonIds[1] ?? '', required_lesson_id: gated.lessonIds[2] ?? '' }
    await harness.db.insertInto('lesson_prerequisite').values(edge).execute()
    const plain = await makeCourse(owner, { course: { title: 'Plain' }, lessons: [{}, { title: 'Second' }] })
    const done = await makeCourse(owner, { course: { title: 'Done' } })
    const left = await makeCourse(owner)
    const plainId = await enroll(student, plain.courseId)
    const doneId = await enroll(student, done.courseId)
    await student.post(`/enrollments/${await enroll(student, left.courseId)}/withdraw`)
    await complete(student, doneId, ...done.lessonIds)
    harness.clock.advance({ seconds: 1 })
    await complete(student, plainId, plain.lessonIds[0] ?? '')
    harness.clock.advance({ seconds: 1 })
    const gatedId = await enroll(student, gated.courseId)

    const { courses, totals } = await dashboardOf(student)
    assert.deepEqual(totals, { activeCourses: 3, completedCourses: 1, timeSpentSeconds: 0 })
    assert.deepEqual(
      courses.map((one: { course: { title: string }; percent: number; nextLesson: { title: string } | null }) => [
        one.course.title,
        one.percent,
        one.nextLesson?.title ?? null,
      ]),
      [
        ['Gated', 0, 'Open'],
        ['Plain', 50, 'Second'],
        ['Done', 100, null],
      ],
    )
    // The same rule as the progress of each course tells.
    for (const one of courses) {
      const progress = (await student.get(`/enrollments/${one.enrollmentId}/progress`)).json()
      assert.equal(progress.nextLessonId, one.nextLesson?.id ?? null)
    }
    await complete(student, gatedId, gated.lessonIds[2] ?? '')
    assert.equal((await dashboardOf(student)).courses[0].nextLesson.title, 'Waits')
  })

  test('200 counts activity by day and the days in a row', async (t) => {
    const harness = await createHarness(t)
    advanceToNoon(harness.clock)
    harness.clock.freeze()
    const { courseId, lessonIds } = await makeCourse(await harness.signUp('instructor'), {
      lessons: Array.from({ length: 5 }, () => ({})),
    })
    let student = await harness.signUp('student')
    const enrollmentId = await enroll(student, courseId)
    assert.equal((await dashboardOf(student)).streakDays, 0)
    // A pause of two days after the first; then three days in a row.
    for (const [index, days] of [0, 2, 1, 1].entries()) {
      harness.clock.advance({ days })
      student = await harness.signIn(student)
      await complete(student, enrollmentId, lessonIds[index] ?? '')
      await student.post(`/enrollments/${enrollmentId}/lessons/${lessonIds[0]}/heartbeat`)
    }
    harness.clock.advance({ seconds: 30 })
    await student.post(`/enrollments/${enrollmentId}/lessons/${lessonIds[0]}/heartbeat`)
    const { activity, streakDays, totals } = await dashboardOf(student)
    assert.equal(streakDays, 3)
    assert.equal(totals.timeSpentSeconds, 30)
    assert.equal(activity.length, 30)
    assert.deepEqual(
      activity.slice(-5).map((one: { lessonsCompleted: number }) => one.lessonsCompleted),
      [1, 0, 1, 1, 1],
    )
    assert.equal(activity.at(-1).day, harness.clock.now().toISOString().slice(0, 10))
    assert.equal(activity.at(-1).timeSpentSeconds, 30)

    harness.clock.advance({ days: 1 })
    student = await harness.signIn(student)
    assert.equal((await dashboardOf(student)).streakDays, 3, 'today may still become a day of learning')
    harness.clock.advance({ days: 1 })
    student = await harness.signIn(student)
    assert.equal((await dashboardOf(student)).streakDays, 0)
  })

  test('200 takes at most 4 statements, however many courses and lessons there are; 401 for visitors', async (t) => {
    let statements = 0
    const harness = await createHarness(t, { observe: () => void statements++ })
    const owner = await harness.signUp('instructor')
    const student = await harness.signUp('student')
    for (let count = 0; count < 22; count++) {
      await enroll(student, (await makeCourse(owner, { lessons: [{}, {}, {}] })).courseId)
    }
    statements = 0
    const { courses, totals } = await dashboardOf(student)
    assert.ok(statements <= 4, `${statements} statements`)
    assert.deepEqual([courses.length, totals.activeCourses], [20, 22])
    assert.equal((await harness.visitor.get('/users/me/dashboard')).statusCode, 401)
    const idle = await dashboardOf(await harness.signUp('student'))
    assert.deepEqual([idle.courses, idle.streakDays, idle.totals.completedCourses], [[], 0, 0])
  })
})

test('gauges of active enrollments, average progress and active students are read at a scrape', async (t) => {
  const harness = await createHarness(t)
  const { courseId, lessonIds } = await makeCourse(await harness.signUp('instructor'), { lessons: [{}, {}] })
  const [first, second, third] = [
    await harness.signUp('student'),
    await harness.signUp('student'),
    await harness.signUp('student'),
  ]
  await complete(first, await enroll(first, courseId), lessonIds[0] ?? '')
  await enroll(second, courseId)
  await third.post(`/enrollments/${await enroll(third, courseId)}/withdraw`)
  const text = await harness.metrics.metrics()
  assert.match(text, /^lms_enrollments_active 2$/m)
  assert.match(text, /^lms_course_progress_average_percent 16\.6/m)
  for (const days of [1, 7, 30]) assert.ok(text.includes(`lms_students_active{days="${days}"} 1\n`))
})
