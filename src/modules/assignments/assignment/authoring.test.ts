import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { setUpAssignment } from '#support/assignments.ts'
import { auditActions } from '#support/audit.ts'
import { makeCourse } from '#support/courses.ts'

const body = { instructions: 'Write.', pointsPossible: '10' }

describe('PUT /lessons/:lessonId/assignment', () => {
  test('201 sets up, 200 changes; on the gradebook it has the title of its lesson and its points', async (t) => {
    const { owner, db, lessonId, courseId, inHours } = await setUpAssignment(t)
    const due = inHours(24)
    const response = await owner.put(`/lessons/${lessonId}/assignment`, {
      ...body,
      pointsPossible: '12.50',
      passPoints: '6',
      filesMax: 3,
      timeZone: 'Europe/Berlin',
      due,
      latePolicy: 'penalty',
      latePercentPerDay: '10',
      latePercentMax: '50',
    })
    assert.equal(response.statusCode, 200, response.body)
    const { createdAt, updatedAt, ...assignment } = response.json()
    assert.deepEqual(assignment, {
      lessonId,
      courseId,
      title: 'Essay',
      instructionsHtml: '<p>Write.</p>\n',
      instructions: 'Write.',
      pointsPossible: '12.5',
      passPoints: '6',
      acceptsText: true,
      filesMax: 3,
      timeZone: 'Europe/Berlin',
      opens: null,
      due,
      closes: null,
      graceSeconds: 0,
      latePolicy: 'penalty',
      latePercentPerDay: '10',
      latePercentMax: '50',
      releasesAtOnce: true,
      rubric: null,
    })
    const item = await db.selectFrom('grade_item').selectAll().executeTakeFirstOrThrow()
    assert.deepEqual([item.title, item.points_possible, item.source_id], ['Essay', 125_000, lessonId])
    const actions = (await auditActions(db)).filter((action) => action.startsWith('assignment.'))
    assert.deepEqual(actions, ['assignment.set-up', 'assignment.changed'])
  })

  test('400 names each field and the rule it breaks', async (t) => {
    const { owner, lessonId } = await setUpAssignment(t)
    const pointersOf = async (fields: Record<string, unknown>) => {
      const response = await owner.put(`/lessons/${lessonId}/assignment`, { ...body, ...fields })
      assert.equal(response.statusCode, 400, response.body)
      return response.json().errors.map((one: { pointer: string }) => one.pointer)
    }
    const level = (id: string, points: string) => ({ id, title: id, points })
    const criterion = (id: string, ...levels: object[]) => ({ id, title: id, levels })
    assert.deepEqual(await pointersOf({ pointsPossible: '0' }), ['/body/pointsPossible'])
    assert.deepEqual(await pointersOf({ passPoints: '11', acceptsText: false }), [
      '/body/passPoints',
      '/body/acceptsText',
    ])
    assert.deepEqual(await pointersOf({ latePolicy: 'penalty' }), ['/body/latePercentPerDay'])
    assert.deepEqual(await pointersOf({ latePercentMax: '50' }), ['/body/latePercentPerDay'])
    assert.deepEqual(await pointersOf({ timeZone: 'Mars/Base' }), ['/body/timeZone'])
    assert.deepEqual(await pointersOf({ due: '2027-01-02T10:00', closes: '2027-01-01T10:00' }), ['/body/closes'])
    const twins = [criterion('a', level('x', '0'), level('x', '10'))]
    assert.deepEqual(await pointersOf({ rubric: twins }), ['/body/rubric/0/levels'])
    const tooFew = [criterion('a', level('x', '0'), level('y', '9'))]
    assert.deepEqual(await pointersOf({ rubric: tooFew }), ['/body/rubric'])
  })

  test('401, 403, 404 and 409 for those whom it is not for, and for other lessons; 412 for who read it before', async (t) => {
    const { owner, visitor, student, lessonId } = await setUpAssignment(t)
    const path = `/lessons/${lessonId}/assignment`
    assert.equal((await visitor.put(path, body)).statusCode, 401)
    assert.equal((await student.put(path, body)).statusCode, 403)
    assert.equal((await owner.put(`/lessons/${randomUUID()}/assignment`, body)).statusCode, 404)
    const { lessonIds } = await makeCourse(owner)
    const page = await owner.put(`/lessons/${lessonIds[0]}/assignment`, body)
    assert.equal(page.json().type, '/problems/assignments/wrong-lesson-type')
    const { etag } = (await owner.get(path)).headers
    assert.equal((await owner.put(path, body)).statusCode, 200)
    assert.equal((await owner.put(path, body, { 'if-match': String(etag) })).statusCode, 412)
  })
})

describe('GET /lessons/:lessonId/assignment', () => {
  test('200 for enrolled students without the source, 403 for others, 404 before it is set up', async (t) => {
    const { owner, student, signUp, lessonId } = await setUpAssignment(t)
    const seen = await student.get(`/lessons/${lessonId}/assignment`)
    assert.equal(seen.statusCode, 200, seen.body)
    assert.equal(seen.json().instructionsHtml, '<p>Write an <strong>essay</strong>.</p>\n')
    assert.equal('instructions' in seen.json(), false)
    const stranger = await (await signUp('student')).get(`/lessons/${lessonId}/assignment`)
    assert.equal(stranger.json().type, '/problems/courses/enrollment-needed')
    const { lessonIds } = await makeCourse(owner, { lessons: [{ type: 'assignment', content: {} }] })
    const empty = await owner.get(`/lessons/${lessonIds[0]}/assignment`)
    assert.equal(empty.json().type, '/problems/assignments/not-found')
  })
})

describe('DELETE /lessons/:lessonId/assignment', () => {
  test('204 takes it off the gradebook; 409 once somebody has handed in', async (t) => {
    const { owner, student, db, lessonId, change, handIn } = await setUpAssignment(t)
    const path = `/lessons/${lessonId}/assignment`
    assert.equal((await student.delete(path)).statusCode, 403)
    assert.equal((await owner.delete(path)).statusCode, 204)
    assert.equal((await owner.delete(path)).statusCode, 404)
    assert.ok((await db.selectFrom('grade_item').select('removed_at').executeTakeFirstOrThrow()).removed_at)
    await change({})
    assert.equal((await db.selectFrom('grade_item').select('removed_at').executeTakeFirstOrThrow()).removed_at, null)
    await handIn()
    assert.equal((await owner.delete(path)).json().type, '/problems/assignments/in-use')
    const lesson = await owner.delete(`/lessons/${lessonId}`)
    assert.equal(lesson.json().type, '/problems/courses/lesson-in-use')
  })
})

test('the gradebook follows its lesson: a new title, and gone when it is deleted', async (t) => {
  const { owner, db, lessonId } = await setUpAssignment(t)
  const item = () => db.selectFrom('grade_item').select(['title', 'removed_at']).executeTakeFirstOrThrow()
  assert.equal((await owner.patch(`/lessons/${lessonId}`, { title: 'Second essay' })).statusCode, 200)
  assert.equal((await item()).title, 'Second essay')
  assert.equal((await owner.delete(`/lessons/${lessonId}`)).statusCode, 204)
  assert.ok((await item()).removed_at)
})

describe('GET /lessons/:lessonId/deadline', () => {
  test('200 tells each student his own, step by step, and staff everybody’s or a student’s', async (t) => {
    const zone = { timeZone: 'Europe/Berlin', due: '2027-10-31T23:59', closes: '2027-11-07T23:59' }
    const { owner, student, signUp, lessonId, courseId } = await setUpAssignment(t, () => zone)
    const path = `/lessons/${lessonId}/deadline`
    const granted = await owner.put(`/courses/${courseId}/accommodations/${student.userId}`, {
      extraDays: 2,
      reason: 'Secret reason',
    })
    assert.equal(granted.statusCode, 201, granted.body)
    const everybody = (await owner.get(path)).json()
    assert.deepEqual([everybody.userId, everybody.dueAt], [null, '2027-10-31T22:59:00.000Z'])
    const own = await student.get(path)
    assert.equal(own.statusCode, 200, own.body)
    assert.deepEqual([own.json().dueAt, own.json().deadline], ['2027-11-02T22:59:00.000Z', '2027-11-09T22:59:00.000Z'])
    const text = own
      .json()
      .steps.map((one: { text: string }) => one.text)
      .join(' ')
    assert.match(text, /accommodation for the whole course says 2 calendar days later/)
    assert.doesNotMatch(own.body, /Secret reason/)
    assert.deepEqual((await owner.get(`${path}?userId=${student.userId}`)).json().steps, own.json().steps)

    const other = await signUp('student')
    assert.equal((await other.get(path)).json().type, '/problems/courses/enrollment-needed')
    assert.equal((await student.get(`${path}?userId=${other.userId}`)).statusCode, 403)
    const notInCourse = await owner.get(`${path}?userId=${other.userId}`)
    assert.equal(notInCourse.json().type, '/problems/deadlines/student-not-in-course')
    const { lessonIds } = await makeCourse(owner, { lessons: [{}] })
    assert.equal((await owner.get(`/lessons/${lessonIds[0]}/deadline`)).json().type, '/problems/deadlines/no-item')
    assert.equal((await owner.get(`/lessons/${randomUUID()}/deadline`)).statusCode, 404)
  })
})
