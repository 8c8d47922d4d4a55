import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { makeCourse } from '#support/courses.ts'
import { createHarness } from '#support/harness.ts'

describe('POST /courses', () => {
  test('201 makes a draft that its creator owns, with a slug from the title', async (t) => {
    const { signUp, db } = await createHarness(t)
    const instructor = await signUp('instructor', 'Emmy Noether')
    const response = await instructor.post('/courses', { title: ' Éléments d’algèbre ' })
    assert.equal(response.statusCode, 201, response.body)
    const course = response.json()
    assert.equal(course.title, 'Éléments d’algèbre')
    assert.equal(course.slug, 'elements-d-algebre')
    assert.equal(course.status, 'draft')
    assert.deepEqual(course.instructors, [{ userId: instructor.userId, fullName: 'Emmy Noether' }])
    assert.equal(response.headers.etag, '"1"')
    const audit = await db.selectFrom('audit_event').selectAll().where('action', '=', 'course.created').execute()
    assert.deepEqual(
      audit.map((event) => [event.subject_id, event.actor_id]),
      [[course.id, instructor.userId]],
    )
  })

  test('409 when the slug is taken: of twenty at once, one wins', async (t) => {
    const { signUp, db } = await createHarness(t)
    const instructor = await signUp('instructor')
    const responses = await Promise.all(
      Array.from({ length: 20 }, () => instructor.post('/courses', { title: 'Algebra' })),
    )
    const statuses = responses.map((response) => response.statusCode).sort()
    assert.deepEqual(statuses, [201, ...Array(19).fill(409)])
    const refusal = responses.find((response) => response.statusCode === 409)?.json()
    assert.equal(refusal.type, '/problems/courses/slug-taken')
    assert.equal(refusal.slug, 'algebra')
    assert.equal((await db.selectFrom('course').selectAll().execute()).length, 1)
  })

  test('400 for a status, a rating or a slug that is none, and nothing is stored', async (t) => {
    const { signUp, db } = await createHarness(t)
    const instructor = await signUp('instructor')
    const response = await instructor.post('/courses', { title: 'A', status: 'published', rating: 5, slug: 'A b' })
    assert.equal(response.statusCode, 400)
    const pointers = response.json().errors.map((error: { pointer: string }) => error.pointer)
    assert.deepEqual(pointers.sort(), ['/body/rating', '/body/slug', '/body/status'])
    assert.equal((await db.selectFrom('course').selectAll().execute()).length, 0)
  })

  test('401 without a token, 403 for students', async (t) => {
    const { signUp, visitor } = await createHarness(t)
    const student = await signUp('student')
    assert.equal((await visitor.post('/courses', { title: 'A' })).statusCode, 401)
    assert.equal((await student.post('/courses', { title: 'A' })).statusCode, 403)
  })
})

describe('POST /courses/:courseId/publish', () => {
  test('409 lists what is missing, 200 once it is there', async (t) => {
    const { signUp, visitor } = await createHarness(t)
    const instructor = await signUp('instructor')
    const { courseId, moduleId } = await makeCourse(instructor, { lessons: [{ status: 'draft' }], isPublished: false })
    const refused = await instructor.post(`/courses/${courseId}/publish`)
    assert.equal(refused.statusCode, 409)
    assert.deepEqual(refused.json().missing, ['publish at least one lesson'])
    await instructor.post(`/modules/${moduleId}/lessons`, {
      type: 'link',
      title: 'Further reading',
      status: 'published',
      content: { url: 'https://example.org/' },
    })
    const published = await instructor.post(`/courses/${courseId}/publish`)
    assert.equal(published.statusCode, 200, published.body)
    assert.equal(published.json().status, 'published')
    assert.equal((await visitor.get(`/courses/${courseId}`)).statusCode, 200)
  })

  test('409 for all but one of those who publish or archive at once, and one audit event each', async (t) => {
    const { signUp, db } = await createHarness(t)
    const owner = await signUp('instructor')
    const { courseId } = await makeCourse(owner, { isPublished: false })
    for (const [verb, action] of [
      ['publish', 'course.published'],
      ['archive', 'course.archived'],
    ] as const) {
      const responses = await Promise.all(Array.from({ length: 5 }, () => owner.post(`/courses/${courseId}/${verb}`)))
      assert.deepEqual(responses.map((response) => response.statusCode).sort(), [200, 409, 409, 409, 409])
      const events = await db.selectFrom('audit_event').selectAll().where('action', '=', action).execute()
      assert.equal(events.length, 1)
    }
  })

  test('published again: the date of the first time stays, and archivedAt is empty', async (t) => {
    const { signUp, clock } = await createHarness(t)
    const owner = await signUp('instructor')
    const { courseId } = await makeCourse(owner)
    const { publishedAt } = (await owner.get(`/courses/${courseId}`)).json()
    clock.advance({ minutes: 5 })
    const archived = (await owner.post(`/courses/${courseId}/archive`)).json()
    assert.deepEqual([archived.status, archived.publishedAt], ['archived', publishedAt])
    assert.ok(archived.archivedAt > publishedAt)
    const again = (await owner.post(`/courses/${courseId}/publish`)).json()
    assert.deepEqual([again.status, again.publishedAt, again.archivedAt], ['published', publishedAt, null])
  })

  test('404 for a course that does not exist, 409 to archive a draft', async (t) => {
    const { signUp } = await createHarness(t)
    const owner = await signUp('instructor')
    for (const verb of ['publish', 'archive']) {
      assert.equal((await owner.post(`/courses/${crypto.randomUUID()}/${verb}`)).statusCode, 404)
    }
    const { courseId } = await makeCourse(owner, { isPublished: false })
    assert.equal((await owner.post(`/courses/${courseId}/archive`)).statusCode, 409)
  })
})

test('metrics tell how many courses there are and what became of them, from zero on', async (t) => {
  const { signUp, visitor, metrics } = await createHarness(t)
  const before = await metrics.metrics()
  assert.match(before, /^lms_courses\{status="published"\} 0$/m)
  assert.match(before, /^lms_course_changes_total\{change="deleted"\} 0$/m)
  const owner = await signUp('instructor')
  const { courseId } = await makeCourse(owner)
  await makeCourse(owner, { isPublished: false })
  await owner.post(`/courses/${courseId}/archive`)
  await owner.post(`/courses/${courseId}/archive`)
  await visitor.get('/courses')
  await visitor.get('/courses')
  const after = await metrics.metrics()
  assert.match(after, /^lms_course_changes_total\{change="created"\} 2$/m)
  assert.match(after, /^lms_course_changes_total\{change="archived"\} 1$/m)
  assert.match(after, /^lms_course_documents_total\{source="made"\} 1$/m)
  assert.match(after, /^lms_course_documents_total\{source="kept"\} 1$/m)
})

test('the gauge of courses is read from the database', async (t) => {
  const { signUp, metrics } = await createHarness(t)
  const owner = await signUp('instructor')
  await makeCourse(owner)
  await makeCourse(owner, { isPublished: false })
  const text = await metrics.metrics()
  assert.match(text, /^lms_courses\{status="draft"\} 1$/m)
  assert.match(text, /^lms_courses\{status="published"\} 1$/m)
  assert.match(text, /^lms_courses\{status="archived"\} 0$/m)
})
