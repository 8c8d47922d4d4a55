import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { makeCourse } from '#support/courses.ts'
import { complete, enroll } from '#support/enrollments.ts'
import { createHarness, mailsTo } from '#support/harness.ts'

const quiz = { type: 'quiz', content: {} }
const timed = { completionRule: 'time', completionSeconds: 90 }

describe('POST /enrollments/:enrollmentId/lessons/:lessonId/complete', () => {
  test('200 counts a lesson; the last one completes the course, once, and is followed by a mail', async (t) => {
    const harness = await createHarness(t)
    const course = { title: 'Algebra' }
    const { courseId, lessonIds } = await makeCourse(await harness.signUp('instructor'), {
      course,
      lessons: [{}, {}, {}],
    })
    const student = await harness.signUp('student')
    const enrollmentId = await enroll(student, courseId)
    const path = `/enrollments/${enrollmentId}/lessons`

    const first = await student.post(`${path}/${lessonIds[0]}/complete`)
    assert.equal(first.statusCode, 200, first.body)
    assert.equal(first.json().lessonId, lessonIds[0])
    assert.equal(first.json().progress.percent, 33)
    assert.equal(first.json().progress.completedAt, null)
    assert.equal((await complete(student, enrollmentId, lessonIds[1] ?? ''))?.percent, 66)
    const last = await complete(student, enrollmentId, lessonIds[2] ?? '')
    assert.equal(last?.percent, 100)
    assert.ok(last?.completedAt)

    await harness.runJobs()
    assert.equal(mailsTo(harness, student).filter((text) => text.includes('completed all that “Algebra”')).length, 1)
    const text = await harness.metrics.metrics()
    assert.match(text, /lms_lessons_completed_total\{rule="mark"\} 3/)
    assert.match(text, /lms_lessons_completed_total\{rule="pass"\} 0/)
    assert.match(text, /lms_course_completions_total 1/)
  })

  test('200 a second time changes nothing', async (t) => {
    const harness = await createHarness(t)
    const { courseId, lessonIds } = await makeCourse(await harness.signUp('instructor'))
    const student = await harness.signUp('student')
    const enrollmentId = await enroll(student, courseId)
    const path = `/enrollments/${enrollmentId}/lessons/${lessonIds[0]}/complete`
    const first = (await student.post(path)).json()
    harness.clock.advance({ minutes: 5 })
    const second = await student.post(path)
    assert.equal(second.statusCode, 200, second.body)
    assert.deepEqual(second.json(), first)
    assert.match(await harness.metrics.metrics(), /lms_lessons_completed_total\{rule="mark"\} 1/)
    const events = (await student.get(`/enrollments/${enrollmentId}/events`)).json().items
    assert.deepEqual(
      events.map((one: { event: string }) => one.event),
      ['enrolled', 'completed'],
    )
  })

  test('200 in a course that was archived meanwhile: who is enrolled may finish', async (t) => {
    const harness = await createHarness(t)
    const owner = await harness.signUp('instructor')
    const { courseId, lessonIds } = await makeCourse(owner)
    const student = await harness.signUp('student')
    const enrollmentId = await enroll(student, courseId)
    assert.equal((await owner.post(`/courses/${courseId}/archive`)).statusCode, 200)
    assert.equal((await complete(student, enrollmentId, ...lessonIds))?.percent, 100)
  })

  test('401 without a token, 404 for a stranger or an unknown lesson, 403 for staff', async (t) => {
    const harness = await createHarness(t)
    const owner = await harness.signUp('instructor')
    const { courseId, moduleId, lessonIds } = await makeCourse(owner)
    const other = await makeCourse(owner)
    const student = await harness.signUp('student')
    const enrollmentId = await enroll(student, courseId)
    const path = (id: string, lessonId: string | undefined) => `/enrollments/${id}/lessons/${lessonId}/complete`
    const draft = { type: 'page', title: 'Draft', content: { format: 'markdown', source: 'Soon.' } }
    const draftId = (await owner.post(`/modules/${moduleId}/lessons`, draft)).json().id

    assert.equal((await harness.visitor.post(path(enrollmentId, lessonIds[0]))).statusCode, 401)
    assert.equal((await (await harness.signUp('student')).post(path(enrollmentId, lessonIds[0]))).statusCode, 404)
    assert.equal((await owner.post(path(enrollmentId, lessonIds[0]))).statusCode, 403)
    assert.equal((await student.post(path(randomUUID(), lessonIds[0]))).statusCode, 404)
    for (const lessonId of [randomUUID(), other.lessonIds[0], draftId]) {
      const response = await student.post(path(enrollmentId, lessonId))
      assert.equal(response.statusCode, 404, response.body)
      assert.equal(response.json().type, '/problems/courses/lesson-not-found')
    }
    assert.equal((await harness.db.selectFrom('lesson_progress').selectAll().execute()).length, 0)
  })

  test('409 when the enrollment is over, and nothing is added', async (t) => {
    const harness = await createHarness(t)
    const course = { enrollmentDays: 1 }
    const { courseId, lessonIds } = await makeCourse(await harness.signUp('instructor'), { course })
    const [left, late] = [await harness.signUp('student'), await harness.signUp('student')]
    const leftId = await enroll(left, courseId)
    const lateId = await enroll(late, courseId)
    await left.post(`/enrollments/${leftId}/withdraw`)
    const withdrawn = await left.post(`/enrollments/${leftId}/lessons/${lessonIds[0]}/complete`)
    assert.equal(withdrawn.statusCode, 409, withdrawn.body)
    assert.equal(withdrawn.json().enrollmentStatus, 'withdrawn')
    harness.clock.advance({ days: 1 })
    // No job has run: the time that has passed is enough.
    const expired = await (await harness.signIn(late)).post(`/enrollments/${lateId}/lessons/${lessonIds[0]}/complete`)
    assert.equal(expired.statusCode, 409, expired.body)
    assert.equal(expired.json().enrollmentStatus, 'expired')
    assert.equal((await harness.db.selectFrom('lesson_progress').selectAll().execute()).length, 0)
  })

  test('409 for what has its own rule: a quiz needs a pass, a timed lesson its time', async (t) => {
    const harness = await createHarness(t)
    const { courseId, lessonIds } = await makeCourse(await harness.signUp('instructor'), { lessons: [quiz, timed] })
    const student = await harness.signUp('student')
    const enrollmentId = await enroll(student, courseId)
    const needsPass = await student.post(`/enrollments/${enrollmentId}/lessons/${lessonIds[0]}/complete`)
    assert.equal(needsPass.statusCode, 409, needsPass.body)
    assert.equal(needsPass.json().type, '/problems/progress/pass-needed')
    assert.match(needsPass.json().detail, /when its quiz is passed/)
    const needsTime = await student.post(`/enrollments/${enrollmentId}/lessons/${lessonIds[1]}/complete`)
    assert.equal(needsTime.statusCode, 409, needsTime.body)
    assert.equal(needsTime.json().type, '/problems/progress/time-needed')
    assert.equal(needsTime.json().secondsMissing, 90)
    assert.equal((await student.get(`/enrollments/${enrollmentId}/progress`)).json().percent, 0)
    assert.match(await harness.metrics.metrics(), /lms_lesson_completion_refusals_total\{reason="pass"\} 1/)
  })

  test('403 while a lesson waits for its date or for another lesson, and says for which', async (t) => {
    const harness = await createHarness(t)
    const owner = await harness.signUp('instructor')
    const { courseId, lessonIds } = await makeCourse(owner, { lessons: [{}, { releaseAfterDays: 3 }, {}] })
    const gatedId = lessonIds[2] ?? ''
    await harness.db
      .insertInto('lesson_prerequisite')
      .values({ lesson_id: gatedId, required_lesson_id: lessonIds[0] ?? '' })
      .execute()
    const student = await harness.signUp('student')
    const enrollmentId = await enroll(student, courseId)
    const path = `/enrollments/${enrollmentId}/lessons`
    const locked = await student.post(`${path}/${gatedId}/complete`)
    assert.equal(locked.statusCode, 403, locked.body)
    assert.deepEqual(locked.json().missingLessonIds, [lessonIds[0]])
    const early = await student.post(`${path}/${lessonIds[1]}/complete`)
    assert.equal(early.statusCode, 403, early.body)
    assert.ok(early.json().opensAt)

    await complete(student, enrollmentId, lessonIds[0] ?? '', gatedId)
    harness.clock.advance({ days: 3 })
    const later = await harness.signIn(student)
    assert.equal((await complete(later, enrollmentId, lessonIds[1] ?? ''))?.percent, 100)
  })

  test('the last two lessons, marked at once, complete the course exactly once', async (t) => {
    const harness = await createHarness(t)
    const { courseId, lessonIds } = await makeCourse(await harness.signUp('instructor'), {
      lessons: Array.from({ length: 6 }, () => ({})),
    })
    const students = [await harness.signUp('student'), await harness.signUp('student')]
    for (const student of students) {
      const enrollmentId = await enroll(student, courseId)
      // Every lesson twice, all at once.
      const marks = [...lessonIds, ...lessonIds].map((lessonId) =>
        student.post(`/enrollments/${enrollmentId}/lessons/${lessonId}/complete`),
      )
      for (const response of await Promise.all(marks)) assert.equal(response.statusCode, 200, response.body)
      const events = (await student.get(`/enrollments/${enrollmentId}/events`)).json().items
      assert.deepEqual(
        events.map((one: { event: string }) => one.event),
        ['enrolled', 'completed'],
      )
    }
    const jobs = await harness.runJobs()
    assert.equal(jobs.filter((name) => name === 'progress.course-completed').length, 2)
    assert.match(await harness.metrics.metrics(), /lms_lessons_completed_total\{rule="mark"\} 12/)
  })

  test('takes at most 9 statements, begin and commit included', async (t) => {
    let statements = 0
    const harness = await createHarness(t, { observe: () => void statements++ })
    const { courseId, lessonIds } = await makeCourse(await harness.signUp('instructor'), { lessons: [{}, {}] })
    const student = await harness.signUp('student')
    const enrollmentId = await enroll(student, courseId)
    statements = 0
    await complete(student, enrollmentId, lessonIds[0] ?? '')
    assert.ok(statements <= 9, `${statements} statements`)
  })
})
