import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { makeCourse } from '#support/courses.ts'
import { enroll, expireOverdue, insertEnrollment, insertStudents } from '#support/enrollments.ts'
import { createHarness, type Harness, mailsTo, type Person, signUpMany } from '#support/harness.ts'

/** Makes `person` staff of the course. */
async function addStaff(
  { db, clock }: Harness,
  courseId: string,
  person: Person,
  role: 'co-instructor' | 'teaching-assistant',
) {
  const added = { course_id: courseId, user_id: person.userId, staff_role: role, added_at: clock.now().toISOString() }
  await db.insertInto('course_staff').values(added).execute()
}

describe('POST /courses/:courseId/enrollments, by staff', () => {
  test('201 by id or mail address; prerequisites and self-enrollment do not bind staff; audited', async (t) => {
    const harness = await createHarness(t)
    const owner = await harness.signUp('instructor')
    const { courseId } = await makeCourse(owner, { course: { selfEnrollment: false } })
    const required = await makeCourse(owner)
    const edge = { course_id: courseId, required_course_id: required.courseId }
    await harness.db.insertInto('course_prerequisite').values(edge).execute()
    const [first, second] = await signUpMany(harness, 2)
    const path = `/courses/${courseId}/enrollments`
    const byId = await owner.post(path, { userId: first?.userId })
    assert.equal(byId.statusCode, 201, byId.body)
    assert.equal(byId.json().source, 'staff')
    const byEmail = await owner.post(path, { email: second?.email.toUpperCase() })
    assert.equal(byEmail.statusCode, 201, byEmail.body)
    assert.equal(byEmail.json().userId, second?.userId)
    const audited = await harness.db
      .selectFrom('audit_event')
      .selectAll()
      .where('actor_id', '=', owner.userId)
      .execute()
    assert.equal(audited.filter(({ action }) => action === 'enrollment.made-by-staff').length, 2)
    assert.match(await harness.metrics.metrics(), /lms_enrollments_total\{source="staff"\} 2/)
  })

  test('403 for teaching assistants and strangers, 404 where the course is a draft to them', async (t) => {
    const harness = await createHarness(t)
    const owner = await harness.signUp('instructor')
    const { courseId } = await makeCourse(owner)
    const draft = await makeCourse(owner, { isPublished: false })
    const student = await harness.signUp('student')
    const [assistant, colleague, stranger] = [
      await harness.signUp('instructor'),
      await harness.signUp('instructor'),
      await harness.signUp('instructor'),
    ]
    await addStaff(harness, courseId, assistant, 'teaching-assistant')
    await addStaff(harness, courseId, colleague, 'co-instructor')
    const path = `/courses/${courseId}/enrollments`
    for (const caller of [assistant, stranger, await harness.signUp('student')]) {
      assert.equal((await caller.post(path, { userId: student.userId })).statusCode, 403)
      assert.equal((await caller.post(`${path}/bulk`, { rows: [{ userId: student.userId }] })).statusCode, 403)
    }
    const hidden = await stranger.post(`/courses/${draft.courseId}/enrollments`, { userId: student.userId })
    assert.equal(hidden.statusCode, 404)
    assert.deepEqual((await student.get('/enrollments')).json().items, [])
    assert.equal((await colleague.post(path, { userId: student.userId })).statusCode, 201)
    const administrator = await harness.signUp('administrator')
    const other = await harness.signUp('student')
    assert.equal((await administrator.post(path, { userId: other.userId })).statusCode, 201)
  })

  test('404 for an unknown person, 409 for one who is no active student or in a course that is not published', async (t) => {
    const harness = await createHarness(t)
    const owner = await harness.signUp('instructor')
    const { courseId } = await makeCourse(owner)
    const draft = await makeCourse(owner, { isPublished: false })
    const gone = await harness.signUp('student')
    await harness.db.updateTable('user_account').set({ status: 'deactivated' }).where('id', '=', gone.userId).execute()
    const path = `/courses/${courseId}/enrollments`
    assert.equal((await owner.post(path, { email: 'nobody@example.org' })).statusCode, 404)
    assert.equal((await owner.post(path, { userId: randomUUID() })).statusCode, 404)
    for (const userId of [gone.userId, (await harness.signUp('instructor')).userId]) {
      const response = await owner.post(path, { userId })
      assert.equal(response.json().type, '/problems/enrollments/not-a-student')
    }
    const student = await harness.signUp('student')
    const early = await owner.post(`/courses/${draft.courseId}/enrollments`, { userId: student.userId })
    assert.equal(early.json().type, '/problems/enrollments/course-not-open')
  })
})

describe('POST /courses/:courseId/enrollments/bulk', () => {
  test('200 answers every row, gives the seats in order, and lets no row spoil the others', async (t) => {
    const harness = await createHarness(t)
    const owner = await harness.signUp('instructor')
    const { courseId } = await makeCourse(owner, { course: { capacity: 3 } })
    const [present, back, fresh, late] = await signUpMany(harness, 4)
    assert.ok(present && back && fresh && late)
    await enroll(present, courseId)
    const backId = await enroll(back, courseId)
    await back.post(`/enrollments/${backId}/withdraw`)
    const gone = await harness.signUp('student')
    await harness.db.updateTable('user_account').set({ status: 'deactivated' }).where('id', '=', gone.userId).execute()
    await harness.runJobs()

    const rows = [
      { userId: present.userId },
      { email: 'nobody@example.org' },
      { email: back.email },
      { userId: owner.userId },
      { userId: fresh.userId },
      { email: fresh.email },
      { userId: gone.userId },
      { userId: late.userId },
    ]
    const response = await owner.post(`/courses/${courseId}/enrollments/bulk`, { rows })
    assert.equal(response.statusCode, 200, response.body)
    const { enrolled, results } = response.json()
    assert.equal(enrolled, 2)
    assert.deepEqual(
      results.map((one: { row: number; outcome: string }) => `${one.row} ${one.outcome}`),
      ['0 already', '1 unknown', '2 returned', '3 not-a-student', '4 enrolled', '5 already', '6 deactivated', '7 full'],
    )
    assert.equal(results[2].enrollmentId, backId)
    assert.equal(results[5].enrollmentId, results[4].enrollmentId)
    assert.equal(results[7].enrollmentId, null)
    await harness.runJobs()
    assert.deepEqual([mailsTo(harness, fresh).length, mailsTo(harness, late).length], [1, 0])
  })

  test('200 when nobody of the rows is known', async (t) => {
    const harness = await createHarness(t)
    const owner = await harness.signUp('instructor')
    const { courseId } = await makeCourse(owner)
    const rows = [{ email: 'nobody@example.org' }, { userId: randomUUID() }]
    const response = await owner.post(`/courses/${courseId}/enrollments/bulk`, { rows })
    assert.equal(response.statusCode, 200, response.body)
    assert.equal(response.json().enrolled, 0)
  })

  test('400 for no row, for more than 500, and for a row that names nobody; nothing is done', async (t) => {
    const harness = await createHarness(t)
    const owner = await harness.signUp('instructor')
    const { courseId } = await makeCourse(owner)
    const student = await harness.signUp('student')
    const one = { userId: student.userId }
    for (const rows of [
      [],
      Array.from({ length: 501 }, () => one),
      [one, {}],
      [one, { ...one, email: student.email }],
    ]) {
      assert.equal((await owner.post(`/courses/${courseId}/enrollments/bulk`, { rows })).statusCode, 400)
    }
    assert.deepEqual((await student.get('/enrollments')).json().items, [])
  })

  test('200 for 500 people with no more statements than for one', async (t) => {
    let statements = 0
    const harness = await createHarness(t, { observe: () => void statements++ })
    const owner = await harness.signUp('instructor')
    const { courseId } = await makeCourse(owner)
    const people = await insertStudents(harness, 501)
    const path = `/courses/${courseId}/enrollments/bulk`
    statements = 0
    await owner.post(path, { rows: people.slice(0, 1).map((userId) => ({ userId })) })
    const forOne = statements
    statements = 0
    const response = await owner.post(path, { rows: people.slice(1).map((userId) => ({ userId })) })
    assert.equal(response.json().enrolled, 500)
    assert.equal(statements, forOne)
  })

  test('races with students for the last seats oversell nothing and give every row an answer', async (t) => {
    const harness = await createHarness(t)
    const owner = await harness.signUp('instructor')
    const { courseId } = await makeCourse(owner, { course: { capacity: 12 } })
    const students = await signUpMany(harness, 16)
    const rows = students.map(({ userId }) => ({ userId }))
    const path = `/courses/${courseId}/enrollments`
    const [forward, backward] = await Promise.all([
      owner.post(`${path}/bulk`, { rows }),
      owner.post(`${path}/bulk`, { rows: rows.toReversed() }),
      ...students.map((student) => student.post(path)),
    ])
    for (const bulk of [forward, backward]) assert.equal(bulk?.json().results.length, 16, bulk?.body)
    const stored = await harness.db.selectFrom('enrollment').select('id').where('course_id', '=', courseId).execute()
    assert.equal(stored.length, 12)
  })
})

describe('GET /courses/:courseId/enrollments', () => {
  test('200 pages through the roster, newest first, by status and by part of a name', async (t) => {
    const harness = await createHarness(t)
    const owner = await harness.signUp('instructor')
    const { courseId } = await makeCourse(owner)
    const names = ['Ada Lovelace', 'Alan Turing', 'Grace Hopper', '100% Real', 'Łucja Żak']
    for (const name of names) {
      const student = await harness.signUp('student', name)
      await enroll(student, courseId)
      harness.clock.advance({ seconds: 1 })
      if (name === 'Alan Turing') {
        const [mine] = (await student.get('/enrollments')).json().items
        await student.post(`/enrollments/${mine.id}/withdraw`)
      }
    }
    const list = async (query: string) => {
      const response = await owner.get(`/courses/${courseId}/enrollments?${query}`)
      assert.equal(response.statusCode, 200, response.body)
      const { items, nextCursor } = response.json()
      return { names: items.map((one: { user: { fullName: string } }) => one.user.fullName) as string[], nextCursor }
    }
    const all: string[] = []
    let cursor = ''
    do {
      const page = await list(`limit=2${cursor && `&cursor=${cursor}`}`)
      all.push(...page.names)
      cursor = page.nextCursor ?? ''
    } while (cursor)
    assert.deepEqual(all, names.toReversed())
    assert.deepEqual((await list('status=withdrawn')).names, ['Alan Turing'])
    assert.deepEqual((await list('status=active&q=LOVE')).names, ['Ada Lovelace'])
    assert.deepEqual((await list(`q=${encodeURIComponent('100%')}`)).names, ['100% Real'])
    assert.deepEqual((await list('q=_')).names, [])
    assert.deepEqual((await list(`q=${encodeURIComponent('ZÁK')}`)).names, ['Łucja Żak'])
  })

  test('200 for teaching assistants; 403 for students; 404 for strangers to a draft; 401 for visitors', async (t) => {
    const harness = await createHarness(t)
    const owner = await harness.signUp('instructor')
    const { courseId } = await makeCourse(owner)
    const draft = await makeCourse(owner, { isPublished: false })
    const assistant = await harness.signUp('student')
    await addStaff(harness, courseId, assistant, 'teaching-assistant')
    const student = await harness.signUp('student')
    await enroll(student, courseId)
    const path = `/courses/${courseId}/enrollments`
    assert.equal((await assistant.get(path)).statusCode, 200)
    assert.equal((await student.get(path)).statusCode, 403)
    assert.equal((await student.get(`/courses/${draft.courseId}/enrollments`)).statusCode, 404)
    assert.equal((await harness.visitor.get(path)).statusCode, 401)
    assert.equal((await owner.get(`${path}?cursor=bm90IG91cnM`)).statusCode, 400)
  })

  test('a status is that of this moment, whether or not the job has run', async (t) => {
    const harness = await createHarness(t)
    const owner = await harness.signUp('instructor')
    const { courseId } = await makeCourse(owner)
    const student = await harness.signUp('student')
    const past = new Date(harness.clock.now().getTime() - 1000).toISOString()
    const id = await insertEnrollment(harness, courseId, student.userId, { expires_at: past })
    const idsOf = async (status: string) =>
      (await owner.get(`/courses/${courseId}/enrollments?status=${status}`))
        .json()
        .items.map((one: { id: string }) => one.id)
    assert.deepEqual([await idsOf('active'), await idsOf('expired')], [[], [id]])
    await expireOverdue(harness)
    assert.deepEqual([await idsOf('active'), await idsOf('expired')], [[], [id]])
  })
})
