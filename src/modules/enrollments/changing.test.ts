import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { makeCourse } from '#support/courses.ts'
import { complete, enroll, eventsOf, expireOverdue } from '#support/enrollments.ts'
import { createHarness, signUpMany } from '#support/harness.ts'

const dayMs = 24 * 60 * 60 * 1000

describe('POST /enrollments/:enrollmentId/withdraw, and coming back', () => {
  test('200 by oneself: progress is kept, and the same enrollment is active again on return', async (t) => {
    const harness = await createHarness(t)
    const { courseId, lessonIds } = await makeCourse(await harness.signUp('instructor'), { lessons: [{}, {}] })
    const student = await harness.signUp('student')
    const enrollmentId = await enroll(student, courseId)
    await complete(student, enrollmentId, lessonIds[0] ?? '')
    const left = await student.post(`/enrollments/${enrollmentId}/withdraw`)
    assert.equal(left.statusCode, 200, left.body)
    assert.equal(left.json().status, 'withdrawn')
    assert.ok(left.json().endedAt)
    assert.equal((await student.get(`/lessons/${lessonIds[0]}`)).statusCode, 403)

    const back = await student.post(`/courses/${courseId}/enrollments`)
    assert.equal(back.statusCode, 200, back.body)
    assert.equal(back.json().id, enrollmentId)
    assert.equal(back.json().endedAt, null)
    assert.equal((await student.get(`/enrollments/${enrollmentId}/progress`)).json().percent, 50)
    assert.deepEqual(await eventsOf(student, enrollmentId), ['enrolled', 'withdrawn', 'returned'])
    const text = await harness.metrics.metrics()
    assert.match(text, /lms_enrollments_ended_total\{reason="left"\} 1/)
    assert.match(text, /lms_enrollments_total\{source="self"\} 2/)
  })

  test('200 by staff, audited; then 409 for the student who comes back alone, 200 when staff bring him', async (t) => {
    const harness = await createHarness(t)
    const owner = await harness.signUp('instructor')
    const { courseId } = await makeCourse(owner)
    const student = await harness.signUp('student')
    const enrollmentId = await enroll(student, courseId)
    assert.equal((await owner.post(`/enrollments/${enrollmentId}/withdraw`)).statusCode, 200)
    const audited = await harness.db.selectFrom('audit_event').select('action').execute()
    assert.ok(audited.some(({ action }) => action === 'enrollment.ended-by-staff'))
    const refused = await student.post(`/courses/${courseId}/enrollments`)
    assert.equal(refused.statusCode, 409, refused.body)
    assert.equal(refused.json().type, '/problems/enrollments/staff-only-return')
    assert.equal(refused.json().reason, 'removed')
    const brought = await owner.post(`/courses/${courseId}/enrollments`, { userId: student.userId })
    assert.equal(brought.statusCode, 200, brought.body)
    assert.equal(brought.json().id, enrollmentId)
    assert.match(await harness.metrics.metrics(), /lms_enrollments_ended_total\{reason="removed"\} 1/)
  })

  test('409 when it is over already, 404 for strangers and unknown ids, 403 for teaching assistants', async (t) => {
    const harness = await createHarness(t)
    const { courseId } = await makeCourse(await harness.signUp('instructor'))
    const student = await harness.signUp('student')
    const assistant = await harness.signUp('student')
    await harness.db
      .insertInto('course_staff')
      .values({
        course_id: courseId,
        user_id: assistant.userId,
        staff_role: 'teaching-assistant',
        added_at: harness.clock.now().toISOString(),
      })
      .execute()
    const path = `/enrollments/${await enroll(student, courseId)}/withdraw`
    assert.equal((await (await harness.signUp('student')).post(path)).statusCode, 404)
    assert.equal((await (await harness.signUp('instructor')).post(path)).statusCode, 404)
    assert.equal((await student.post(`/enrollments/${randomUUID()}/withdraw`)).statusCode, 404)
    assert.equal((await harness.visitor.post(path)).statusCode, 401)
    assert.equal((await assistant.post(path)).statusCode, 403)
    assert.equal((await student.post(path)).statusCode, 200)
    const again = await student.post(path)
    assert.equal(again.statusCode, 409, again.body)
    assert.equal(again.json().enrollmentStatus, 'withdrawn')
  })

  test('leaving and completing at once end in one order or the other, never in between', async (t) => {
    const harness = await createHarness(t)
    const { courseId, lessonIds } = await makeCourse(await harness.signUp('instructor'))
    for (const student of await signUpMany(harness, 8)) {
      const enrollmentId = await enroll(student, courseId)
      const [left, done] = await Promise.all([
        student.post(`/enrollments/${enrollmentId}/withdraw`),
        student.post(`/enrollments/${enrollmentId}/lessons/${lessonIds[0]}/complete`),
      ])
      assert.equal(left.statusCode, 200, left.body)
      const { percent, completedAt } = (await student.get(`/enrollments/${enrollmentId}/progress`)).json()
      const events = await eventsOf(student, enrollmentId)
      if (done.statusCode === 200) {
        assert.deepEqual(events, ['enrolled', 'completed', 'withdrawn'])
        assert.equal(percent, 100)
      } else {
        assert.equal(done.statusCode, 409, done.body)
        assert.deepEqual(events, ['enrolled', 'withdrawn'])
        assert.deepEqual([percent, completedAt], [0, null])
      }
    }
  })
})

describe('the end of an enrollment', () => {
  test('expires by itself; the job writes it down once, as of the time it happened', async (t) => {
    const harness = await createHarness(t)
    const course = { enrollmentDays: 2 }
    const { courseId, lessonIds } = await makeCourse(await harness.signUp('instructor'), { course })
    let student = await harness.signUp('student')
    const enrollmentId = await enroll(student, courseId)
    const { expiresAt } = (await student.get(`/enrollments/${enrollmentId}`)).json()
    harness.clock.advance({ days: 2 })
    student = await harness.signIn(student)
    const before = await student.get(`/enrollments/${enrollmentId}`)
    assert.equal(before.json().status, 'expired')
    assert.equal((await student.get('/enrollments?status=active')).json().items.length, 0)
    assert.equal((await student.get(`/lessons/${lessonIds[0]}`)).statusCode, 403)
    assert.deepEqual(await eventsOf(student, enrollmentId), ['enrolled'])

    await expireOverdue(harness)
    await expireOverdue(harness)
    const after = await student.get(`/enrollments/${enrollmentId}`)
    assert.deepEqual(after.json(), before.json())
    assert.equal(after.headers.etag, before.headers.etag)
    assert.equal(after.json().endedAt, expiresAt)
    const events = (await student.get(`/enrollments/${enrollmentId}/events`)).json().items
    assert.deepEqual(events.map((one: { event: string; occurredAt: string }) => [one.event, one.occurredAt]).slice(1), [
      ['expired', expiresAt],
    ])
    assert.match(await harness.metrics.metrics(), /lms_enrollments_ended_total\{reason="expired"\} 1/)
    assert.ok(harness.app.jobs.recurring.some(({ job }) => job.name === 'enrollments.expire'))
  })

  test('409 for the student who enrolls again, also when he had left before the end', async (t) => {
    const harness = await createHarness(t)
    const { courseId } = await makeCourse(await harness.signUp('instructor'), { course: { enrollmentDays: 2 } })
    let [stayed, left] = [await harness.signUp('student'), await harness.signUp('student')]
    await enroll(stayed, courseId)
    await left.post(`/enrollments/${await enroll(left, courseId)}/withdraw`)
    harness.clock.advance({ days: 2 })
    stayed = await harness.signIn(stayed)
    left = await harness.signIn(left)
    for (const student of [stayed, left]) {
      const response = await student.post(`/courses/${courseId}/enrollments`)
      assert.equal(response.json().type, '/problems/enrollments/staff-only-return')
      assert.equal(response.json().reason, 'expired')
    }
  })

  test('leaving and coming back does not move the end; staff who bring somebody back begin a new term', async (t) => {
    const harness = await createHarness(t)
    let owner = await harness.signUp('instructor')
    const { courseId } = await makeCourse(owner, { course: { enrollmentDays: 10 } })
    let student = await harness.signUp('student')
    const enrollmentId = await enroll(student, courseId)
    const { expiresAt } = (await student.get(`/enrollments/${enrollmentId}`)).json()
    harness.clock.advance({ days: 9 })
    student = await harness.signIn(student)
    await student.post(`/enrollments/${enrollmentId}/withdraw`)
    assert.equal((await student.post(`/courses/${courseId}/enrollments`)).json().expiresAt, expiresAt)
    harness.clock.advance({ days: 1 })
    owner = await harness.signIn(owner)
    const renewed = await owner.post(`/courses/${courseId}/enrollments`, { userId: student.userId })
    assert.equal(renewed.statusCode, 200, renewed.body)
    assert.equal(Date.parse(renewed.json().expiresAt) > Date.parse(expiresAt) + 9 * dayMs, true)
    student = await harness.signIn(student)
    const events = await eventsOf(student, enrollmentId)
    assert.deepEqual(events, ['enrolled', 'withdrawn', 'returned', 'expired', 'returned'])
  })
})

describe('PATCH /enrollments/:enrollmentId', () => {
  test('200 extends, revives what has expired, and honours If-Match', async (t) => {
    const harness = await createHarness(t)
    let owner = await harness.signUp('instructor')
    const { courseId, lessonIds } = await makeCourse(owner, { course: { enrollmentDays: 1 } })
    let student = await harness.signUp('student')
    const enrollmentId = await enroll(student, courseId)
    harness.clock.advance({ days: 1 })
    owner = await harness.signIn(owner)
    student = await harness.signIn(student)
    const path = `/enrollments/${enrollmentId}`
    const { etag } = (await owner.get(path)).headers
    const expiresAt = new Date(harness.clock.now().getTime() + 7 * dayMs).toISOString()
    const stale = await owner.patch(path, { expiresAt }, { 'if-match': '"1"' })
    assert.equal(stale.statusCode, 412, stale.body)
    const extended = await owner.patch(path, { expiresAt }, { 'if-match': String(etag) })
    assert.equal(extended.statusCode, 200, extended.body)
    assert.deepEqual(
      [extended.json().status, extended.json().expiresAt, extended.json().endedAt],
      ['active', expiresAt, null],
    )
    assert.equal((await complete(student, enrollmentId, lessonIds[0] ?? ''))?.percent, 100)
    assert.deepEqual(await eventsOf(student, enrollmentId), ['enrolled', 'expired', 'extended', 'completed'])
    assert.equal((await owner.patch(path, { expiresAt: null })).json().expiresAt, null)
  })

  test('400 for a time that has passed, 403 for the student, 404 for strangers, 409 when left or full', async (t) => {
    const harness = await createHarness(t)
    let owner = await harness.signUp('instructor')
    const { courseId } = await makeCourse(owner, { course: { capacity: 1, enrollmentDays: 1 } })
    const [first, second] = await signUpMany(harness, 2)
    assert.ok(first && second)
    const path = `/enrollments/${await enroll(first, courseId)}`
    for (const expiresAt of ['2020-01-01T00:00:00Z', '2030-06-30T23:59:60Z', '9999-12-31T23:59:59-01:00', 'soon']) {
      const response = await owner.patch(path, { expiresAt })
      assert.equal(response.statusCode, 400, response.body)
      assert.equal(response.json().errors[0].pointer, '/body/expiresAt')
    }
    const later = { expiresAt: '9000-01-01T00:00:00Z' }
    assert.equal((await first.patch(path, later)).statusCode, 403)
    assert.equal((await second.patch(path, later)).statusCode, 404)
    assert.equal((await harness.visitor.patch(path, later)).statusCode, 401)
    harness.clock.advance({ days: 1 })
    const newcomer = await harness.signIn(second)
    owner = await harness.signIn(owner)
    const newId = await enroll(newcomer, courseId)
    const full = await owner.patch(path, later)
    assert.equal(full.json().type, '/problems/enrollments/course-full')
    await newcomer.post(`/enrollments/${newId}/withdraw`)
    assert.equal((await owner.patch(`/enrollments/${newId}`, later)).json().type, '/problems/enrollments/not-active')
    assert.equal((await owner.patch(path, later)).statusCode, 200)
  })
})

describe('GET /enrollments, /enrollments/:enrollmentId and its events', () => {
  test('200 for the student, the staff of the course and administrators; 404 for everybody else', async (t) => {
    const harness = await createHarness(t)
    const owner = await harness.signUp('instructor')
    const { courseId } = await makeCourse(owner)
    const student = await harness.signUp('student')
    const enrollmentId = await enroll(student, courseId)
    for (const reader of [student, owner, await harness.signUp('administrator')]) {
      assert.equal((await reader.get(`/enrollments/${enrollmentId}`)).statusCode, 200)
      assert.equal((await reader.get(`/enrollments/${enrollmentId}/events`)).statusCode, 200)
    }
    const strangers = [await harness.signUp('student'), await harness.signUp('instructor')]
    for (const path of [`/enrollments/${enrollmentId}`, `/enrollments/${enrollmentId}/events`]) {
      for (const stranger of strangers) assert.equal((await stranger.get(path)).statusCode, 404)
      assert.equal((await harness.visitor.get(path)).statusCode, 401)
    }
    assert.equal((await student.get(`/enrollments/${randomUUID()}`)).statusCode, 404)
    assert.equal((await student.get('/enrollments/nonsense')).statusCode, 400)
  })

  test('200 lists only my own, newest first, page by page, in one query', async (t) => {
    let statements = 0
    const harness = await createHarness(t, { observe: () => void statements++ })
    const owner = await harness.signUp('instructor')
    const [student, other] = await signUpMany(harness, 2)
    assert.ok(student && other)
    const ids: string[] = []
    for (let count = 0; count < 5; count++) {
      const { courseId } = await makeCourse(owner)
      ids.unshift(await enroll(student, courseId))
      await enroll(other, courseId)
    }
    statements = 0
    const first = (await student.get('/enrollments?limit=3')).json()
    assert.equal(statements, 1)
    const second = (await student.get(`/enrollments?limit=3&cursor=${first.nextCursor}`)).json()
    assert.deepEqual(
      [...first.items, ...second.items].map((one: { id: string }) => one.id),
      ids,
    )
    assert.equal(second.nextCursor, null)
    assert.equal((await student.get('/enrollments?limit=0')).statusCode, 400)
    assert.equal((await student.get('/enrollments?status=lost')).statusCode, 400)
    assert.equal((await harness.visitor.get('/enrollments')).statusCode, 401)
  })
})
