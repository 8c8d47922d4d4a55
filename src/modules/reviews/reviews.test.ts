import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { makeCourse } from '#support/courses.ts'
import { complete, enroll } from '#support/enrollments.ts'
import { type ApiClient, createHarness, type Harness, signUpMany } from '#support/harness.ts'

const good = { rating: 5, text: 'Clear and to the point.' }

async function setUp(harness: Harness, lessons: object[] = [{}]) {
  const owner = await harness.signUp('instructor')
  return { owner, ...(await makeCourse(owner, { lessons: lessons.map((lesson) => ({ ...lesson })) })) }
}

/** A student who has completed the first lesson of the course. */
async function learner(harness: Harness, courseId: string, lessonId: string | undefined, name?: string) {
  const student = await harness.signUp('student', name)
  const enrollmentId = await enroll(student, courseId)
  await complete(student, enrollmentId, lessonId ?? '')
  return { ...student, enrollmentId }
}

async function write(student: ApiClient, courseId: string, body: object = good) {
  const response = await student.post(`/courses/${courseId}/reviews`, body)
  assert.equal(response.statusCode, 201, response.body)
  return response.json()
}

async function ratingOf({ visitor }: Harness, courseId: string) {
  const { average, count, byStars } = (await visitor.get(`/courses/${courseId}/rating`)).json()
  return [average, count, Object.values(byStars).join('')]
}

describe('POST /courses/:courseId/reviews', () => {
  test('201 after enough progress; the public reads it with a short name, and it counts', async (t) => {
    const harness = await createHarness(t)
    const { courseId, lessonIds } = await setUp(harness)
    const student = await learner(harness, courseId, lessonIds[0], 'Ada King Lovelace')
    const review = await write(student, courseId, { rating: 4, text: '  Clear and to the point.  ' })
    assert.deepEqual([review.text, review.authorName, review.isMine], ['Clear and to the point.', 'Ada L.', true])
    const { items } = (await harness.visitor.get(`/courses/${courseId}/reviews`)).json()
    assert.deepEqual(items, [{ ...review, isMine: false }])
    assert.deepEqual(await ratingOf(harness, courseId), [4, 1, '00010'])
    assert.match(await harness.metrics.metrics(), /lms_reviews_total\{stars="4"\} 1/)
    assert.match(await harness.metrics.metrics(), /lms_reviews_total\{stars="1"\} 0/)
  })

  test('400 for stars or a text out of bounds, and nothing is stored', async (t) => {
    const harness = await createHarness(t)
    const { courseId, lessonIds } = await setUp(harness)
    const student = await learner(harness, courseId, lessonIds[0])
    const bodies = [
      { ...good, rating: 0 },
      { ...good, rating: 6 },
      { ...good, rating: 4.5 },
      { ...good, text: 'Short' },
      { ...good, text: '  short    ' },
      { ...good, text: 'x'.repeat(2001) },
      { ...good, status: 'featured' },
      { rating: 5 },
    ]
    for (const body of bodies) {
      assert.equal((await student.post(`/courses/${courseId}/reviews`, body)).statusCode, 400, JSON.stringify(body))
    }
    assert.deepEqual(await ratingOf(harness, courseId), [null, 0, '00000'])
  })

  test('401 for visitors, 403 for who was never enrolled, 404 where there is no course to see', async (t) => {
    const harness = await createHarness(t)
    const { owner, courseId } = await setUp(harness)
    const draft = await makeCourse(owner, { isPublished: false })
    const student = await harness.signUp('student')
    assert.equal((await harness.visitor.post(`/courses/${courseId}/reviews`, good)).statusCode, 401)
    for (const caller of [student, owner]) {
      const response = await caller.post(`/courses/${courseId}/reviews`, good)
      assert.equal(response.json().type, '/problems/reviews/enrollment-missing')
    }
    for (const id of [draft.courseId, randomUUID()]) {
      assert.equal((await student.post(`/courses/${id}/reviews`, good)).statusCode, 404)
      for (const list of ['reviews', 'rating']) {
        assert.equal((await harness.visitor.get(`/courses/${id}/${list}`)).statusCode, 404)
      }
    }
  })

  test('409 below 20 % and for a second one, also when both come at once; later 201 at 20 %', async (t) => {
    const harness = await createHarness(t)
    const { courseId, lessonIds } = await setUp(harness, [{}, {}, {}, {}, {}])
    const student = await harness.signUp('student')
    const enrollmentId = await enroll(student, courseId)
    const early = await student.post(`/courses/${courseId}/reviews`, good)
    assert.equal(early.statusCode, 409, early.body)
    assert.deepEqual([early.json().percent, early.json().neededPercent], [0, 20])
    await complete(student, enrollmentId, lessonIds[0] ?? '')
    const asked = Array.from({ length: 6 }, () => student.post(`/courses/${courseId}/reviews`, good))
    const responses = await Promise.all(asked)
    assert.deepEqual(responses.map(({ statusCode }) => statusCode).sort(), [201, 409, 409, 409, 409, 409])
    const refused = responses.find(({ statusCode }) => statusCode === 409)
    assert.equal(refused?.json().type, '/problems/reviews/already-reviewed')
    assert.deepEqual(await ratingOf(harness, courseId), [5, 1, '00001'])
  })
})

describe('GET /courses/:courseId/reviews', () => {
  test('200 pages newest first, by stars, or only mine', async (t) => {
    const harness = await createHarness(t)
    const { courseId, lessonIds } = await setUp(harness)
    const written: string[] = []
    let last: ApiClient = harness.visitor
    for (const rating of [5, 3, 5, 1, 5]) {
      last = await learner(harness, courseId, lessonIds[0])
      written.unshift((await write(last, courseId, { ...good, rating })).id)
      harness.clock.advance({ seconds: 1 })
    }
    const idsOf = (items: { id: string }[]) => items.map(({ id }) => id)
    const first = (await harness.visitor.get(`/courses/${courseId}/reviews?limit=3`)).json()
    const rest = (await harness.visitor.get(`/courses/${courseId}/reviews?limit=3&cursor=${first.nextCursor}`)).json()
    assert.deepEqual(idsOf([...first.items, ...rest.items]), written)
    assert.equal(rest.nextCursor, null)
    const five = (await harness.visitor.get(`/courses/${courseId}/reviews?rating=5`)).json().items
    assert.deepEqual(idsOf(five), [written[0], written[2], written[4]])
    const mine = (await last.get(`/courses/${courseId}/reviews?mine=true`)).json().items
    assert.deepEqual(idsOf(mine), [written[0]])
    assert.equal((await harness.visitor.get(`/courses/${courseId}/reviews?mine=true`)).statusCode, 401)
    assert.equal((await harness.visitor.get(`/courses/${courseId}/reviews?cursor=x`)).statusCode, 400)
    assert.deepEqual(await ratingOf(harness, courseId), [3.8, 5, '10103'])
  })
})

describe('PATCH and DELETE /reviews/:reviewId', () => {
  test('200 changes my own and moves the rating; 204 takes it out; then a new one may be written', async (t) => {
    const harness = await createHarness(t)
    const { courseId, lessonIds } = await setUp(harness)
    const student = await learner(harness, courseId, lessonIds[0])
    const { id } = await write(student, courseId)
    const { etag } = (await harness.visitor.get(`/reviews/${id}`)).headers
    const changed = await student.patch(`/reviews/${id}`, { rating: 2 }, { 'if-match': String(etag) })
    assert.equal(changed.statusCode, 200, changed.body)
    assert.deepEqual([changed.json().rating, changed.json().text], [2, good.text])
    assert.deepEqual(await ratingOf(harness, courseId), [2, 1, '01000'])
    const stale = await student.patch(`/reviews/${id}`, { rating: 1 }, { 'if-match': String(etag) })
    assert.equal(stale.statusCode, 412, stale.body)
    assert.equal((await student.delete(`/reviews/${id}`, { 'if-match': String(etag) })).statusCode, 412)
    assert.equal((await student.delete(`/reviews/${id}`)).statusCode, 204)
    assert.deepEqual(await ratingOf(harness, courseId), [null, 0, '00000'])
    assert.equal((await student.delete(`/reviews/${id}`)).statusCode, 404)
    await write(student, courseId)
  })

  test('404 for what somebody else wrote, administrators included; 400 and 401 change nothing', async (t) => {
    const harness = await createHarness(t)
    const { owner, courseId, lessonIds } = await setUp(harness)
    const student = await learner(harness, courseId, lessonIds[0])
    const other = await learner(harness, courseId, lessonIds[0])
    const { id } = await write(student, courseId)
    for (const caller of [other, owner, await harness.signUp('administrator')]) {
      assert.equal((await caller.patch(`/reviews/${id}`, { rating: 1 })).statusCode, 404)
      assert.equal((await caller.delete(`/reviews/${id}`)).statusCode, 404)
    }
    assert.equal((await harness.visitor.delete(`/reviews/${id}`)).statusCode, 401)
    assert.equal((await harness.visitor.patch(`/reviews/${id}`, { rating: 1 })).statusCode, 401)
    assert.equal((await student.patch(`/reviews/${id}`, {})).statusCode, 400)
    assert.deepEqual(await ratingOf(harness, courseId), [5, 1, '00001'])
  })
})

describe('moderation', () => {
  test('200 hides a review from the public and the rating, tells its author why, and is audited; 200 shows it again', async (t) => {
    const harness = await createHarness(t)
    const { courseId, lessonIds } = await setUp(harness)
    const student = await learner(harness, courseId, lessonIds[0])
    const { id } = await write(student, courseId)
    const administrator = await harness.signUp('administrator')
    const hidden = await administrator.post(`/reviews/${id}/hide`, { reason: 'Names a third person.' })
    assert.equal(hidden.statusCode, 200, hidden.body)

    assert.deepEqual((await harness.visitor.get(`/courses/${courseId}/reviews`)).json().items, [])
    assert.equal((await harness.visitor.get(`/reviews/${id}`)).statusCode, 404)
    assert.deepEqual(await ratingOf(harness, courseId), [null, 0, '00000'])
    const [mine] = (await student.get(`/courses/${courseId}/reviews?mine=true`)).json().items
    assert.equal(mine.hiddenReason, 'Names a third person.')
    // Changing a hidden review neither shows nor counts it.
    assert.ok((await student.patch(`/reviews/${id}`, { rating: 1 })).json().hiddenAt)
    assert.deepEqual(await ratingOf(harness, courseId), [null, 0, '00000'])
    const listed = (await administrator.get('/reviews?hidden=true')).json().items
    assert.deepEqual(
      listed.map((one: { id: string }) => one.id),
      [id],
    )

    const again = await administrator.post(`/reviews/${id}/hide`, { reason: 'Again.' })
    assert.equal(again.json().type, '/problems/reviews/nothing-to-do')
    assert.equal((await administrator.post(`/reviews/${id}/show`)).statusCode, 200)
    assert.equal((await administrator.post(`/reviews/${id}/show`)).statusCode, 409)
    assert.deepEqual(await ratingOf(harness, courseId), [1, 1, '10000'])
    const audited = await harness.db
      .selectFrom('audit_event')
      .selectAll()
      .where('subject_id', '=', id)
      .orderBy('id')
      .execute()
    assert.deepEqual(
      audited.map(({ action }) => action),
      ['review.hidden', 'review.shown'],
    )
    assert.equal(audited[0]?.details.reason, 'Names a third person.')
    assert.match(await harness.metrics.metrics(), /lms_review_moderations_total\{decision="hidden"\} 1/)
  })

  test('400 without a reason, 401 and 403 for everybody but administrators, 404 for an unknown review', async (t) => {
    const harness = await createHarness(t)
    const { owner, courseId, lessonIds } = await setUp(harness)
    const student = await learner(harness, courseId, lessonIds[0])
    const { id } = await write(student, courseId)
    const administrator = await harness.signUp('administrator')
    const reason = { reason: 'Rude.' }
    for (const caller of [student, owner]) {
      assert.equal((await caller.post(`/reviews/${id}/hide`, reason)).statusCode, 403)
      assert.equal((await caller.get('/reviews')).statusCode, 403)
    }
    assert.equal((await harness.visitor.post(`/reviews/${id}/hide`, reason)).statusCode, 401)
    assert.equal((await administrator.post(`/reviews/${id}/hide`, { reason: ' ' })).statusCode, 400)
    assert.equal((await administrator.post(`/reviews/${randomUUID()}/hide`, reason)).statusCode, 404)
    assert.deepEqual(await ratingOf(harness, courseId), [5, 1, '00001'])
  })
})

test('the rating is exact when students write, change and delete, and administrators hide, all at once', async (t) => {
  const harness = await createHarness(t)
  const { courseId, lessonIds } = await setUp(harness)
  const administrator = await harness.signUp('administrator')
  const students = await signUpMany(harness, 12)
  await Promise.all(
    students.map(async (student, index) => {
      await complete(student, await enroll(student, courseId), lessonIds[0] ?? '')
      const { id } = await write(student, courseId, { ...good, rating: 1 + (index % 5) })
      await Promise.all([
        student.patch(`/reviews/${id}`, { rating: 1 + ((index + 2) % 5) }),
        student.patch(`/reviews/${id}`, { rating: 1 + ((index + 3) % 5) }),
        ...(index % 3 === 0 ? [administrator.post(`/reviews/${id}/hide`, { reason: 'Rude.' })] : []),
        ...(index % 4 === 0 ? [student.delete(`/reviews/${id}`)] : []),
      ])
    }),
  )
  const visible = await harness.db.selectFrom('review').select('rating').where('hidden_at', 'is', null).execute()
  const sum = visible.reduce((total, { rating }) => total + rating, 0)
  const byStars = [1, 2, 3, 4, 5].map((stars) => visible.filter(({ rating }) => rating === stars).length)
  assert.ok(visible.length > 0)
  assert.deepEqual(await ratingOf(harness, courseId), [
    Math.round((sum / visible.length) * 100) / 100,
    visible.length,
    byStars.join(''),
  ])
})
