import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { makeCourse } from '#support/courses.ts'
import { complete, enroll } from '#support/enrollments.ts'
import { createHarness, mailsTo, signUpMany } from '#support/harness.ts'

describe('POST /courses/:courseId/enrollments, by oneself', () => {
  test('201 gives a seat, stores empty progress, and greets by mail after the commit', async (t) => {
    const harness = await createHarness(t)
    const { courseId } = await makeCourse(await harness.signUp('instructor'), {
      course: { title: 'Algebra', enrollmentDays: 30 },
      lessons: [{}, {}],
    })
    const student = await harness.signUp('student', 'Ada Lovelace')
    await harness.db.updateTable('user_account').set({ email_verified_at: null }).execute()
    const response = await student.post(`/courses/${courseId}/enrollments`)
    assert.equal(response.statusCode, 201, response.body)
    const enrollment = response.json()
    assert.equal(enrollment.userId, student.userId)
    assert.equal(enrollment.status, 'active')
    assert.equal(enrollment.source, 'self')
    assert.equal(Date.parse(enrollment.expiresAt) - Date.parse(enrollment.enrolledAt), 30 * 24 * 3600 * 1000)

    const [mine] = (await student.get('/enrollments')).json().items
    assert.equal(mine.course.title, 'Algebra')
    assert.deepEqual(mine.progress, {
      percent: 0,
      completedLessons: 0,
      requiredLessons: 2,
      timeSpentSeconds: 0,
      lastActivityAt: null,
      completedAt: null,
    })
    assert.match(await harness.metrics.metrics(), /lms_enrollments_total\{source="self"\} 1/)
    assert.match(await harness.metrics.metrics(), /lms_enrollments_total\{source="import"\} 0/)

    assert.deepEqual(mailsTo(harness, student), [])
    await harness.runJobs()
    const [welcome] = mailsTo(harness, student)
    assert.match(welcome ?? '', /Algebra/)
    // Nobody has verified that this is the address of somebody of that name.
    assert.doesNotMatch(welcome ?? '', /Ada/)
  })

  test('the welcome calls a student by name once the address is verified', async (t) => {
    const harness = await createHarness(t)
    const { courseId } = await makeCourse(await harness.signUp('instructor'))
    const student = await harness.signUp('student', 'Ada Lovelace')
    await harness.db.updateTable('user_account').set({ email_verified_at: '2026-01-01T00:00:00.000Z' }).execute()
    await enroll(student, courseId)
    await harness.runJobs()
    assert.match(mailsTo(harness, student).join(''), /Hello Ada Lovelace/)
  })

  test('400 for a body that names two people or something unknown, 401 without a token', async (t) => {
    const harness = await createHarness(t)
    const { courseId } = await makeCourse(await harness.signUp('instructor'))
    const student = await harness.signUp('student')
    const path = `/courses/${courseId}/enrollments`
    assert.equal((await student.post(path, { userId: student.userId, email: student.email })).statusCode, 400)
    assert.equal((await student.post(path, { seats: 2 })).statusCode, 400)
    assert.equal((await student.post('/courses/x/enrollments')).statusCode, 400)
    assert.equal((await harness.visitor.post(path)).statusCode, 401)
    assert.deepEqual((await student.get('/enrollments')).json().items, [])
  })

  test('403 for whoever is no student: staff see a course without enrolling', async (t) => {
    const harness = await createHarness(t)
    const owner = await harness.signUp('instructor')
    const { courseId } = await makeCourse(owner)
    for (const caller of [owner, await harness.signUp('administrator')]) {
      const response = await caller.post(`/courses/${courseId}/enrollments`)
      assert.equal(response.statusCode, 403, response.body)
    }
  })

  test('404 for a course that does not exist, is a draft or was archived', async (t) => {
    const harness = await createHarness(t)
    const owner = await harness.signUp('instructor')
    const student = await harness.signUp('student')
    const draft = await makeCourse(owner, { isPublished: false })
    const archived = await makeCourse(owner)
    await owner.post(`/courses/${archived.courseId}/archive`)
    for (const courseId of [randomUUID(), draft.courseId, archived.courseId]) {
      const response = await student.post(`/courses/${courseId}/enrollments`)
      assert.equal(response.statusCode, 404, response.body)
      assert.equal(response.json().type, '/problems/courses/not-found')
    }
  })

  test('409 when enrolled already names the enrollment, and enqueues no second welcome', async (t) => {
    const harness = await createHarness(t)
    const { courseId } = await makeCourse(await harness.signUp('instructor'))
    const student = await harness.signUp('student')
    const enrollmentId = await enroll(student, courseId)
    const again = await student.post(`/courses/${courseId}/enrollments`)
    assert.equal(again.statusCode, 409, again.body)
    assert.equal(again.json().type, '/problems/enrollments/already-enrolled')
    assert.equal(again.json().enrollmentId, enrollmentId)
    await harness.runJobs()
    assert.equal(harness.mail.sent.length, 1)
  })

  test('409 when self-enrollment is off', async (t) => {
    const harness = await createHarness(t)
    const { courseId } = await makeCourse(await harness.signUp('instructor'), { course: { selfEnrollment: false } })
    const response = await (await harness.signUp('student')).post(`/courses/${courseId}/enrollments`)
    assert.equal(response.json().type, '/problems/enrollments/self-enrollment-off')
    assert.match(await harness.metrics.metrics(), /lms_enrollment_refusals_total\{reason="self-enrollment-off"\} 1/)
  })

  test('409 lists the prerequisites that are missing, and 201 once they are completed', async (t) => {
    const harness = await createHarness(t)
    const owner = await harness.signUp('instructor')
    const student = await harness.signUp('student')
    const first = await makeCourse(owner, { course: { title: 'Basics' } })
    const second = await makeCourse(owner, { course: { title: 'Exercises' } })
    const { courseId } = await makeCourse(owner)
    await harness.db
      .insertInto('course_prerequisite')
      .values([first, second].map((one) => ({ course_id: courseId, required_course_id: one.courseId })))
      .execute()

    await complete(student, await enroll(student, first.courseId), ...first.lessonIds)
    await enroll(student, second.courseId)
    const refused = await student.post(`/courses/${courseId}/enrollments`)
    assert.equal(refused.statusCode, 409, refused.body)
    assert.equal(refused.json().type, '/problems/enrollments/prerequisites-missing')
    assert.deepEqual(
      refused.json().missing.map((one: { title: string }) => one.title),
      ['Exercises'],
    )
    const { items } = (await student.get('/enrollments')).json()
    const inSecond = items.find((one: { courseId: string }) => one.courseId === second.courseId)
    await complete(student, inSecond.id, ...second.lessonIds)
    assert.equal((await student.post(`/courses/${courseId}/enrollments`)).statusCode, 201)
  })
})

describe('the seats of a course', () => {
  test('50 students who race for 5 seats get exactly 5', async (t) => {
    const harness = await createHarness(t)
    const { courseId } = await makeCourse(await harness.signUp('instructor'), { course: { capacity: 5 } })
    const students = await signUpMany(harness, 50)
    const responses = await Promise.all(students.map((student) => student.post(`/courses/${courseId}/enrollments`)))
    assert.equal(responses.filter(({ statusCode }) => statusCode === 201).length, 5)
    const refused = responses.filter(({ statusCode }) => statusCode === 409)
    assert.equal(refused.length, 45)
    assert.equal(refused[0]?.json().type, '/problems/enrollments/course-full')
    assert.equal(refused[0]?.json().capacity, 5)
    const stored = await harness.db.selectFrom('enrollment').select('id').where('course_id', '=', courseId).execute()
    assert.equal(stored.length, 5)
    assert.match(await harness.metrics.metrics(), /lms_enrollment_refusals_total\{reason="full"\} 45/)
  })

  test('one student who asks ten times at once gets one seat', async (t) => {
    const harness = await createHarness(t)
    const { courseId } = await makeCourse(await harness.signUp('instructor'))
    const student = await harness.signUp('student')
    const asked = Array.from({ length: 10 }, () => student.post(`/courses/${courseId}/enrollments`))
    const statuses = (await Promise.all(asked)).map(({ statusCode }) => statusCode).sort()
    assert.deepEqual(statuses, [201, ...Array.from({ length: 9 }, () => 409)])
  })

  test('who leaves, or whose time passes, frees a seat at once', async (t) => {
    const harness = await createHarness(t)
    const course = { capacity: 1, enrollmentDays: 10 }
    const { courseId } = await makeCourse(await harness.signUp('instructor'), { course })
    const [first, second, third] = [
      await harness.signUp('student'),
      await harness.signUp('student'),
      await harness.signUp('student'),
    ]
    const enrollmentId = await enroll(first, courseId)
    assert.equal((await second.post(`/courses/${courseId}/enrollments`)).statusCode, 409)
    assert.equal((await first.post(`/enrollments/${enrollmentId}/withdraw`)).statusCode, 200)
    await enroll(second, courseId)
    const back = await first.post(`/courses/${courseId}/enrollments`)
    assert.equal(back.json().type, '/problems/enrollments/course-full')
    harness.clock.advance({ days: 10 })
    const later = await harness.signIn(third)
    assert.equal((await later.post(`/courses/${courseId}/enrollments`)).statusCode, 201)
  })
})
