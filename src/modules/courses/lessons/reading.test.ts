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

describe('GET /lessons/:lessonId of a lesson that is', () => {
  test('a preview: 200 for everybody while the course is published, no longer when it is archived', async (t) => {
    const { signUp, visitor } = await createHarness(t)
    const owner = await signUp('instructor')
    const { courseId, lessonIds } = await makeCourse(owner, {
      lessons: [{ isPreview: true }, { isPreview: true, status: 'draft' }],
    })
    const stranger = await signUp('student')
    for (const reader of [visitor, stranger]) {
      assert.equal((await reader.get(`/lessons/${lessonIds[0]}`)).statusCode, 200)
      assert.equal((await reader.get(`/lessons/${lessonIds[1]}`)).statusCode, 404)
    }
    await owner.post(`/courses/${courseId}/archive`)
    for (const reader of [visitor, stranger]) {
      assert.equal((await reader.get(`/lessons/${lessonIds[0]}`)).statusCode, 404)
    }
    const draft = await makeCourse(owner, { lessons: [{ isPreview: true }], isPublished: false })
    assert.equal((await visitor.get(`/lessons/${draft.lessonIds[0]}`)).statusCode, 404)
  })

  test('released later: 403 until the later of its date and its days after enrollment', async (t) => {
    const harness = await createHarness(t)
    const { clock, signUp } = harness
    const owner = await signUp('instructor')
    const inTwoDays = new Date(clock.now().getTime() + 2 * 86_400_000).toISOString()
    const { courseId, lessonIds } = await makeCourse(owner, {
      lessons: [{ releaseAt: inTwoDays }, { releaseAfterDays: 3, releaseAt: inTwoDays }],
    })
    const student = await signUp('student')
    await insertEnrollment(harness, courseId, student.userId)
    const statuses = async () => {
      const reader = await harness.signIn(student)
      const responses = await Promise.all(lessonIds.map((lessonId) => reader.get(`/lessons/${lessonId}`)))
      return responses.map((response) => response.statusCode)
    }
    const refused = await student.get(`/lessons/${lessonIds[0]}`)
    assert.equal(refused.json().type, '/problems/courses/lesson-not-released')
    assert.equal(refused.json().opensAt, inTwoDays)
    assert.equal(refused.body.includes('Hello'), false)
    assert.deepEqual(await statuses(), [403, 403])
    clock.advance({ days: 2, minutes: 1 })
    assert.deepEqual(await statuses(), [200, 403])
    clock.advance({ days: 1 })
    assert.deepEqual(await statuses(), [200, 200])
  })

  test('locked: 403 names the published lessons that are not completed yet', async (t) => {
    const harness = await createHarness(t)
    const owner = await harness.signUp('instructor')
    const { courseId, lessonIds } = await makeCourse(owner, { lessons: [{}, {}, {}] })
    const [first = '', second = '', last = ''] = lessonIds
    await owner.patch(`/lessons/${last}`, { prerequisiteIds: [first, second] })
    const student = await harness.signUp('student')
    const enrollmentId = await insertEnrollment(harness, courseId, student.userId)
    const complete = (lessonId: string) =>
      harness.db
        .insertInto('lesson_progress')
        .values({
          enrollment_id: enrollmentId,
          lesson_id: lessonId,
          started_at: harness.clock.now().toISOString(),
          completed_at: harness.clock.now().toISOString(),
          last_activity_at: harness.clock.now().toISOString(),
        })
        .execute()
    await complete(first)
    const refused = await student.get(`/lessons/${last}`)
    assert.equal(refused.statusCode, 403)
    assert.equal(refused.json().type, '/problems/courses/lesson-locked')
    assert.deepEqual(refused.json().missingLessonIds, [second])
    await owner.post(`/lessons/${second}/archive`)
    const open = await student.get(`/lessons/${last}`)
    assert.equal(open.statusCode, 200, open.body)
    assert.deepEqual(open.json().prerequisiteIds, [first])
  })

  test('missing: 404; a broken id: 400', async (t) => {
    const { visitor } = await createHarness(t)
    assert.equal((await visitor.get(`/lessons/${crypto.randomUUID()}`)).statusCode, 404)
    assert.equal((await visitor.get('/lessons/1')).statusCode, 400)
  })

  test('unchanged since a student read it: 304, until he would read something else', async (t) => {
    const harness = await createHarness(t)
    const owner = await harness.signUp('instructor')
    const { courseId, lessonIds, moduleId } = await makeCourse(owner, { lessons: [{}, {}] })
    const student = await harness.signUp('student')
    await insertEnrollment(harness, courseId, student.userId)
    const path = `/lessons/${lessonIds[0]}`
    let etag = String((await student.get(path)).headers.etag)
    const again = await student.get(path, { 'if-none-match': etag })
    assert.deepEqual([again.statusCode, again.body], [304, ''])
    for (const change of [
      () => owner.patch(path, { content: { format: 'markdown', source: 'New.' } }),
      () => owner.patch(path, { prerequisiteIds: [], title: 'New' }),
      () => owner.put(`/modules/${moduleId}/lessons/order`, { ids: lessonIds.toReversed() }),
    ]) {
      assert.equal((await change()).statusCode, 200)
      const changed = await student.get(path, { 'if-none-match': etag })
      assert.equal(changed.statusCode, 200)
      etag = String(changed.headers.etag)
    }
  })
})
