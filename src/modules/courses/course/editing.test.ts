import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { makeCourse } from '#support/courses.ts'
import { insertEnrollment } from '#support/enrollments.ts'
import { createHarness } from '#support/harness.ts'

const pointers = (response: { json(): { errors: { pointer: string }[] } }) =>
  response
    .json()
    .errors.map((error) => error.pointer)
    .sort()

describe('PATCH /courses/:courseId', () => {
  test('200 changes what is given, clears with null, and gives a new ETag', async (t) => {
    const { signUp } = await createHarness(t)
    const owner = await signUp('instructor')
    const { courseId } = await makeCourse(owner, { course: { capacity: 10, enrollmentDays: 30, category: 'maths' } })
    const before = await owner.get(`/courses/${courseId}`)
    const response = await owner.patch(
      `/courses/${courseId}`,
      { title: 'Geometry', capacity: null, description: '*fun*' },
      { 'if-match': String(before.headers.etag) },
    )
    assert.equal(response.statusCode, 200, response.body)
    const { title, slug, capacity, enrollmentDays, category, descriptionHtml, status } = response.json()
    assert.deepEqual(
      { title, slug, capacity, enrollmentDays, category, descriptionHtml, status },
      {
        title: 'Geometry',
        slug: before.json().slug,
        capacity: null,
        enrollmentDays: 30,
        category: 'maths',
        descriptionHtml: '<p><em>fun</em></p>\n',
        status: 'published',
      },
    )
    assert.notEqual(response.headers.etag, before.headers.etag)
    assert.equal((await owner.get(`/courses/${courseId}`)).headers.etag, response.headers.etag)
  })

  test('412 when somebody else changed it: of ten at once with one ETag, one wins', async (t) => {
    const { signUp } = await createHarness(t)
    const owner = await signUp('instructor')
    const { courseId } = await makeCourse(owner)
    const etag = String((await owner.get(`/courses/${courseId}`)).headers.etag)
    const responses = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        owner.patch(`/courses/${courseId}`, { title: `Title ${i}` }, { 'if-match': etag }),
      ),
    )
    assert.deepEqual(responses.map((response) => response.statusCode).sort(), [200, ...Array(9).fill(412)])
  })

  test('400 for what no client may set, and nothing changes', async (t) => {
    const { signUp } = await createHarness(t)
    const owner = await signUp('instructor')
    const { courseId } = await makeCourse(owner, { isPublished: false })
    const before = (await owner.get(`/courses/${courseId}`)).json()
    const response = await owner.patch(`/courses/${courseId}`, {
      status: 'published',
      rating: 5,
      lessonCount: 9999,
      enrollmentCount: 9999,
      publishedAt: '2026-01-01T00:00:00Z',
      title: ' ',
    })
    assert.equal(response.statusCode, 400)
    assert.deepEqual(pointers(response), [
      '/body/enrollmentCount',
      '/body/lessonCount',
      '/body/publishedAt',
      '/body/rating',
      '/body/status',
      '/body/title',
    ])
    assert.equal((await owner.patch(`/courses/${courseId}`, { title: null, capacity: 0 })).statusCode, 400)
    assert.equal((await owner.patch(`/courses/${courseId}`, {})).statusCode, 400)
    assert.deepEqual((await owner.get(`/courses/${courseId}`)).json(), before)
  })

  test('400 for a description that would take seconds to render', async (t) => {
    const { signUp } = await createHarness(t)
    const owner = await signUp('instructor')
    const { courseId } = await makeCourse(owner)
    for (const description of ['a.'.repeat(5000), '> '.repeat(100)]) {
      const response = await owner.patch(`/courses/${courseId}`, { description })
      assert.equal(response.statusCode, 400)
      assert.deepEqual(pointers(response), ['/body/description'])
    }
  })

  test('409 for the slug of another course', async (t) => {
    const { signUp } = await createHarness(t)
    const owner = await signUp('instructor')
    await makeCourse(owner, { course: { slug: 'taken' } })
    const { courseId } = await makeCourse(owner)
    const response = await owner.patch(`/courses/${courseId}`, { slug: 'taken' })
    assert.equal(response.statusCode, 409)
    assert.equal(response.json().slug, 'taken')
  })

  test('409 for a capacity below the seats that are taken now', async (t) => {
    const harness = await createHarness(t)
    const owner = await harness.signUp('instructor')
    const { courseId } = await makeCourse(owner)
    for (const changes of [{}, {}, { status: 'withdrawn' as const }, { expires_at: '2020-01-01T00:00:00.000Z' }]) {
      await insertEnrollment(harness, courseId, (await harness.signUp('student')).userId, changes)
    }
    const response = await owner.patch(`/courses/${courseId}`, { capacity: 1 })
    assert.equal(response.statusCode, 409)
    assert.equal(response.json().activeEnrollments, 2)
    assert.equal((await owner.patch(`/courses/${courseId}`, { capacity: 2 })).statusCode, 200)
  })

  test('401, 404 and 403 for whoever may not', async (t) => {
    const { signUp, visitor } = await createHarness(t)
    const owner = await signUp('instructor')
    const draft = await makeCourse(owner, { isPublished: false })
    const open = await makeCourse(owner)
    const change = { title: 'Mine now' }
    const [stranger, student] = [await signUp('instructor'), await signUp('student')]
    assert.equal((await visitor.patch(`/courses/${open.courseId}`, change)).statusCode, 401)
    for (const caller of [stranger, student]) {
      assert.equal((await caller.patch(`/courses/${draft.courseId}`, change)).statusCode, 404)
      const refused = await caller.patch(`/courses/${open.courseId}`, change)
      assert.equal(refused.statusCode, 403)
      assert.match(refused.json().detail, /the owner, a co-instructor or an administrator/)
    }
    const missing = await owner.patch(`/courses/${crypto.randomUUID()}`, change)
    assert.equal(missing.statusCode, 404)
  })
})

describe('prerequisites of a course', () => {
  test('400 for a course that does not exist or that the caller may not see', async (t) => {
    const { signUp } = await createHarness(t)
    const owner = await signUp('instructor')
    const { courseId } = await makeCourse(owner)
    const hidden = await makeCourse(await signUp('instructor'), { isPublished: false })
    const ownDraft = await makeCourse(owner, { isPublished: false })
    const response = await owner.patch(`/courses/${courseId}`, {
      prerequisiteIds: [ownDraft.courseId, hidden.courseId, crypto.randomUUID()],
    })
    assert.equal(response.statusCode, 400)
    assert.deepEqual(pointers(response), ['/body/prerequisiteIds/1', '/body/prerequisiteIds/2'])
    const good = await owner.patch(`/courses/${courseId}`, { prerequisiteIds: [ownDraft.courseId] })
    assert.deepEqual(good.json().prerequisiteIds, [ownDraft.courseId])
    const none = await owner.patch(`/courses/${courseId}`, { prerequisiteIds: [] })
    assert.deepEqual(none.json().prerequisiteIds, [])
  })

  test('409 for a circle: itself, and over two others', async (t) => {
    const { signUp } = await createHarness(t)
    const owner = await signUp('instructor')
    const [a, b, c] = [await makeCourse(owner), await makeCourse(owner), await makeCourse(owner)]
    const require = (course: { courseId: string }, ...others: { courseId: string }[]) =>
      owner.patch(`/courses/${course.courseId}`, { prerequisiteIds: others.map((other) => other.courseId) })
    assert.equal((await require(a, a)).statusCode, 409)
    assert.equal((await require(b, a)).statusCode, 200)
    assert.equal((await require(c, b)).statusCode, 200)
    const circle = await require(a, c)
    assert.equal(circle.statusCode, 409)
    assert.equal(circle.json().type, '/problems/courses/prerequisite-cycle')
  })

  test('409 for one of two that close a circle at the same moment', async (t) => {
    const { signUp } = await createHarness(t)
    const owner = await signUp('instructor')
    const require = (course: { courseId: string }, other: { courseId: string }) =>
      owner.patch(`/courses/${course.courseId}`, { prerequisiteIds: [other.courseId] })
    for (let round = 0; round < 5; round++) {
      const [a, b, c] = [await makeCourse(owner), await makeCourse(owner), await makeCourse(owner)]
      // With an older link between them, not even a deadlock would betray that the two belong together.
      if (round > 0) await require(b, c)
      const responses = await Promise.all([require(a, b), require(round > 0 ? c : b, a)])
      assert.deepEqual(responses.map((response) => response.statusCode).sort(), [200, 409])
    }
  })
})

describe('DELETE /courses/:courseId', () => {
  test('204 takes a course without students away with all its parts', async (t) => {
    const { signUp, db } = await createHarness(t)
    const owner = await signUp('instructor')
    const { courseId, lessonIds } = await makeCourse(owner, { lessons: [{}, {}] })
    const prerequisite = await makeCourse(owner)
    await owner.patch(`/courses/${courseId}`, { prerequisiteIds: [prerequisite.courseId] })
    const response = await owner.delete(`/courses/${courseId}`)
    assert.equal(response.statusCode, 204, response.body)
    assert.equal(response.body, '')
    assert.equal((await owner.get(`/courses/${courseId}`)).statusCode, 404)
    assert.equal((await owner.get(`/lessons/${lessonIds[0]}`)).statusCode, 404)
    const deleted = await db.selectFrom('audit_event').selectAll().where('action', '=', 'course.deleted').execute()
    assert.deepEqual(
      deleted.map((event) => event.subject_id),
      [courseId],
    )
  })

  test('409 once anybody was ever enrolled, or while others require it', async (t) => {
    const harness = await createHarness(t)
    const owner = await harness.signUp('instructor')
    const { courseId } = await makeCourse(owner)
    await insertEnrollment(harness, courseId, (await harness.signUp('student')).userId, { status: 'withdrawn' })
    const used = await owner.delete(`/courses/${courseId}`)
    assert.equal(used.statusCode, 409)
    assert.equal(used.json().type, '/problems/courses/in-use')
    const required = await makeCourse(owner)
    await makeCourse(owner, { course: { prerequisiteIds: [required.courseId] } })
    assert.equal((await owner.delete(`/courses/${required.courseId}`)).statusCode, 409)
    assert.equal((await owner.get(`/courses/${required.courseId}`)).statusCode, 200)
  })

  test('412, 401, 403 and 404 leave the course alone', async (t) => {
    const { signUp, visitor } = await createHarness(t)
    const owner = await signUp('instructor')
    const { courseId } = await makeCourse(owner)
    const stranger = await signUp('instructor')
    assert.equal((await owner.delete(`/courses/${courseId}`, { 'if-match': '"1"' })).statusCode, 412)
    assert.equal((await visitor.delete(`/courses/${courseId}`)).statusCode, 401)
    assert.equal((await stranger.delete(`/courses/${courseId}`)).statusCode, 403)
    const draft = await makeCourse(owner, { isPublished: false })
    assert.equal((await stranger.delete(`/courses/${draft.courseId}`)).statusCode, 404)
    assert.equal((await owner.get(`/courses/${courseId}`)).statusCode, 200)
    assert.equal((await owner.get(`/courses/${draft.courseId}`)).statusCode, 200)
  })
})
