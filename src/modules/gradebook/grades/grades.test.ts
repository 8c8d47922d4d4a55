import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { auditActions } from '#support/audit.ts'
import { makeCourse } from '#support/courses.ts'
import { countDeadlocks } from '#support/deadlocks.ts'
import { insertEnrollment } from '#support/enrollments.ts'
import { addItem, addQuiz, addStaff, changeGrade, type Learner, makeClass } from '#support/gradebook.ts'
import { type ApiClient, createHarness } from '#support/harness.ts'

const pathOf = ({ enrollmentId }: Pick<Learner, 'enrollmentId'>, itemId: string) =>
  `/enrollments/${enrollmentId}/grades/${itemId}`

async function gradeOf(staff: ApiClient, student: Learner, itemId: string) {
  const response = await staff.get(pathOf(student, itemId))
  assert.equal(response.statusCode, 200, response.body)
  return { etag: String(response.headers.etag), ...response.json() }
}

async function eventsOf(staff: ApiClient, student: Learner, itemId: string) {
  const response = await staff.get(`${pathOf(student, itemId)}/events?limit=100`)
  assert.equal(response.statusCode, 200, response.body)
  return response.json().items
}

describe('PATCH /enrollments/:enrollmentId/grades/:itemId', () => {
  test('200 enters a manual grade; the history says who, when, why, before and after', async (t) => {
    const harness = await createHarness(t)
    const { owner, courseId, student } = await makeClass(harness)
    const itemId = await addItem(owner, courseId)
    const empty = await gradeOf(owner, student, itemId)
    assert.deepEqual([empty.etag, empty.state, empty.counted, empty.updatedAt], ['"0"', 'ungraded', null, null])
    const match = { 'if-match': empty.etag }
    const response = await owner.patch(pathOf(student, itemId), { points: '7.5', reason: ' Talk on Monday. ' }, match)
    assert.equal(response.statusCode, 200, response.body)
    assert.deepEqual([response.json().points, response.json().state], ['7.5', 'graded'])
    await changeGrade(owner, student, itemId, { points: '8', reason: 'Second thoughts.' })
    await changeGrade(owner, student, itemId, { points: '8', reason: 'The same again.' })
    const events = await eventsOf(owner, student, itemId)
    assert.deepEqual(
      events.map((one: { event: string; reason: string }) => [one.event, one.reason]),
      [
        ['graded', 'Talk on Monday.'],
        ['graded', 'Second thoughts.'],
      ],
    )
    const [first, second] = events
    assert.deepEqual(first.actor, { id: owner.userId, fullName: 'Grace Hopper' })
    assert.equal(first.before, null)
    assert.deepEqual(second.before, first.after)
    assert.deepEqual(second.after, { points: '8', latePenalty: '0', overridePoints: null, isExcused: false })
    assert.deepEqual(
      (await auditActions(harness.db)).filter((action) => action.startsWith('grade.')),
      ['grade.graded', 'grade.graded'],
    )
    assert.match(await harness.metrics.metrics(), /lms_grade_changes_total\{change="graded"\} 2/)
  })

  test('200 overrides: it counts whatever is graded again, until it is removed', async (t) => {
    const harness = await createHarness(t)
    const { owner, courseId, student } = await makeClass(harness)
    const quiz = await addQuiz(harness, courseId)
    await quiz.record(student, '4', '1')
    assert.equal((await gradeOf(owner, student, quiz.itemId)).counted, '3')
    await changeGrade(owner, student, quiz.itemId, { overridePoints: '9', reason: 'Question 2 was wrong.' })
    await quiz.record(student, '6')
    const overridden = await gradeOf(owner, student, quiz.itemId)
    assert.deepEqual([overridden.counted, overridden.points, overridden.overridePoints], ['9', '6', '9'])
    await quiz.record(student, null)
    assert.deepEqual((await gradeOf(owner, student, quiz.itemId)).counted, '9')
    await quiz.record(student, '6')
    const back = await changeGrade(owner, student, quiz.itemId, { overridePoints: null, reason: 'Regraded.' })
    assert.deepEqual([back.counted, back.overridePoints], ['6', null])
    const events = (await eventsOf(owner, student, quiz.itemId)).map((one: { event: string }) => one.event)
    assert.deepEqual(events, ['graded', 'overridden', 'graded', 'cleared', 'graded', 'override-removed'])
  })

  test('200 excuses and takes it back; the grade is kept meanwhile', async (t) => {
    const harness = await createHarness(t)
    const { owner, courseId, student } = await makeClass(harness)
    const itemId = await addItem(owner, courseId)
    await changeGrade(owner, student, itemId, { points: '3' })
    const excused = await changeGrade(owner, student, itemId, { isExcused: true, reason: 'Ill.' })
    assert.deepEqual([excused.state, excused.counted, excused.points], ['excused', null, '3'])
    const back = await changeGrade(owner, student, itemId, { isExcused: false, reason: 'Was there.' })
    assert.deepEqual([back.state, back.counted], ['graded', '3'])
  })

  test('412 for all but one of several overrides at once, and only that one is in the history', async (t) => {
    const harness = await createHarness(t)
    const { owner, courseId, student } = await makeClass(harness)
    const quiz = await addQuiz(harness, courseId)
    // The first time there is no grade yet to lock.
    for (const place of ['not there yet', 'there']) {
      const before = (await eventsOf(owner, student, quiz.itemId)).length
      const match = { 'if-match': (await gradeOf(owner, student, quiz.itemId)).etag }
      const asked = ['1', '2', '3', '4', '5'].map((tenths) =>
        owner.patch(pathOf(student, quiz.itemId), { overridePoints: `${before}.${tenths}`, reason: 'Race.' }, match),
      )
      const answers = await Promise.all(asked)
      assert.deepEqual(answers.map(({ statusCode }) => statusCode).sort(), [200, 412, 412, 412, 412], place)
      const won = answers.find(({ statusCode }) => statusCode === 200)?.json()
      assert.equal((await gradeOf(owner, student, quiz.itemId)).counted, won.overridePoints)
      assert.equal((await eventsOf(owner, student, quiz.itemId)).length, before + 1)
    }
  })

  test('a regrade that races an override keeps both, in either order, and no deadlock has to be broken', async (t) => {
    const harness = await createHarness(t)
    const { owner, courseId, students } = await makeClass(harness, ['A A', 'B B', 'C C', 'D D'])
    const quiz = await addQuiz(harness, courseId)
    await Promise.all(
      students.flatMap((student, index) => {
        const override = () => changeGrade(owner, student, quiz.itemId, { overridePoints: '9' })
        const regrade = () => quiz.record(student, '5')
        return index % 2 === 0 ? [override(), regrade()] : [regrade(), override()]
      }),
    )
    for (const student of students) {
      const { counted, points, overridePoints } = await gradeOf(owner, student, quiz.itemId)
      assert.deepEqual([counted, points, overridePoints], ['9', '5', '9'])
      const events = (await eventsOf(owner, student, quiz.itemId)).map((one: { event: string }) => one.event)
      assert.deepEqual(events.sort(), ['graded', 'overridden'])
    }
    assert.equal(await countDeadlocks(harness.db), 0)
  })

  test('400 without a reason or a change, and for points that are none', async (t) => {
    const harness = await createHarness(t)
    const { owner, courseId, student } = await makeClass(harness)
    const itemId = await addItem(owner, courseId)
    const bodies = [
      { points: '1' },
      { reason: 'Nothing.' },
      { points: '1', reason: '  ' },
      { points: 1, reason: 'A number.' },
      { points: '-1', reason: 'Below zero.' },
      { overridePoints: '1.23456', reason: 'Too fine.' },
      { points: '1', latePenalty: '0', reason: 'Not settable.' },
    ]
    for (const body of bodies) {
      const response = await owner.patch(pathOf(student, itemId), body)
      assert.equal(response.statusCode, 400, JSON.stringify(body))
    }
    assert.deepEqual(await eventsOf(owner, student, itemId), [])
  })

  test('409 for points of a quiz, which come from its attempts', async (t) => {
    const harness = await createHarness(t)
    const { owner, courseId, student } = await makeClass(harness)
    const { itemId } = await addQuiz(harness, courseId)
    const response = await owner.patch(pathOf(student, itemId), { points: '10', reason: 'Test.' })
    assert.equal(response.json().type, '/problems/gradebook/item-follows-source')
  })

  test('403 for a teaching assistant who overrides or excuses, and for staff who grade themselves', async (t) => {
    const harness = await createHarness(t)
    const { owner, courseId, student } = await makeClass(harness)
    const assistant = await addStaff(harness, owner, courseId, 'teaching-assistant')
    const itemId = await addItem(owner, courseId)
    await changeGrade(assistant, student, itemId, { points: '5' })
    for (const body of [{ overridePoints: '10' }, { isExcused: true }, { points: '6', isExcused: true }]) {
      const response = await assistant.patch(pathOf(student, itemId), { ...body, reason: 'Test.' })
      assert.equal(response.statusCode, 403, response.body)
    }
    assert.equal((await eventsOf(assistant, student, itemId)).length, 1)
    const enrollmentId = await insertEnrollment(harness, courseId, assistant.userId)
    const own = await assistant.patch(pathOf({ enrollmentId }, itemId), { points: '10', reason: 'Test.' })
    assert.equal(own.json().type, '/problems/gradebook/own-grade')
  })

  test('401 for visitors, 403 for the student himself, 404 for other students and for what is not there', async (t) => {
    const harness = await createHarness(t)
    const { owner, courseId, students } = await makeClass(harness, ['A A', 'B B'])
    const [student, other] = students as [Learner, Learner]
    const itemId = await addItem(owner, courseId)
    const foreign = await makeCourse(owner)
    const foreignItem = await addItem(owner, foreign.courseId)
    const stranger = await harness.signUp('instructor')
    const body = { points: '10', reason: 'Test.' }
    const expectations = [
      [harness.visitor, pathOf(student, itemId), 401],
      [student, pathOf(student, itemId), 403],
      [other, pathOf(student, itemId), 404],
      [stranger, pathOf(student, itemId), 404],
      [owner, pathOf(student, randomUUID()), 404],
      [owner, pathOf(student, foreignItem), 404],
      [owner, pathOf({ enrollmentId: randomUUID() }, itemId), 404],
    ] as const
    for (const [caller, path, status] of expectations) {
      assert.equal((await caller.get(path)).statusCode, status, path)
      assert.equal((await caller.get(`${path}/events`)).statusCode, status, path)
      assert.equal((await caller.patch(path, body)).statusCode, status, path)
    }
    assert.equal((await gradeOf(owner, student, itemId)).state, 'ungraded')
  })
})
