import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { system } from '#modules/audit/index.ts'
import { createGradeItem, recordGrade, removeGradeItem, updateGradeItem } from '#modules/gradebook/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { parseDecimal } from '#platform/decimal/decimal.ts'
import { makeCourse } from '#support/courses.ts'
import { insertEnrollment } from '#support/enrollments.ts'
import { createHarness, type Harness } from '#support/harness.ts'

/** A course with one quiz on the gradebook and one student in it. */
async function setUp(harness: Harness) {
  const { db, clock } = harness
  const owner = await harness.signUp('instructor')
  const student = await harness.signUp('student')
  const { courseId } = await makeCourse(owner)
  const enrollmentId = await insertEnrollment(harness, courseId, student.userId)
  const quiz = { source: 'quiz' as const, sourceId: randomUUID() }
  const add = (changes: object = {}) =>
    createGradeItem(db, {
      ...quiz,
      courseId,
      title: 'Quiz 1',
      pointsPossible: parseDecimal('10'),
      at: clock.now(),
      ...changes,
    })
  const itemId = await add()
  const record = (points: string | null, reason: string, latePenalty = '0') =>
    inTransaction(db, (tx) =>
      recordGrade(tx, {
        ...quiz,
        enrollmentId,
        points: points === null ? null : parseDecimal(points),
        latePenalty: parseDecimal(latePenalty),
        actor: { ...system, userId: owner.userId },
        reason,
        at: clock.now(),
      }),
    )
  return { owner, courseId, quiz, itemId, add, record }
}

const historyOf = ({ db }: Harness) => db.selectFrom('grade_event').selectAll().orderBy('id').execute()

describe('recordGrade', () => {
  test('keeps the grade and adds who, when, why, before and after; the same again adds nothing', async (t) => {
    const harness = await createHarness(t)
    const { owner, record } = await setUp(harness)
    await record('7.5', 'Attempt 1 was submitted.', '0.5')
    await record('7.5', 'Attempt 1 was graded again.', '0.5')
    harness.clock.advance({ seconds: 5 })
    await record('8', 'Question 3 was fixed.')
    const [first, second, ...more] = await historyOf(harness)
    assert.deepEqual(more, [])
    assert.deepEqual(
      [first?.event, first?.actor_id, first?.reason, first?.values_before],
      ['graded', owner.userId, 'Attempt 1 was submitted.', null],
    )
    const earned = { points: '7.5', latePenalty: '0.5', overridePoints: null, isExcused: false }
    assert.deepEqual(second?.values_before, earned)
    assert.deepEqual(second?.values_after, { ...earned, points: '8', latePenalty: '0' })
    assert.ok(Date.parse(second?.occurred_at ?? '') - Date.parse(first?.occurred_at ?? '') >= 5000)
  })

  test('leaves a history that nothing changes or deletes any more', async (t) => {
    const harness = await createHarness(t)
    const { record } = await setUp(harness)
    await record('7.5', 'Attempt 1 was submitted.')
    await assert.rejects(harness.db.updateTable('grade_event').set({ reason: 'Other.' }).execute(), /append-only/)
    await assert.rejects(harness.db.deleteFrom('grade_event').execute(), /append-only/)
    assert.deepEqual(
      (await historyOf(harness)).map(({ reason }) => reason),
      ['Attempt 1 was submitted.'],
    )
  })

  test('null takes the grade back, with its penalty', async (t) => {
    const harness = await createHarness(t)
    const { record } = await setUp(harness)
    await record('7.5', 'Attempt 1 was submitted.', '1')
    await record(null, 'Attempt 1 was reopened.', '1')
    const row = await harness.db.selectFrom('grade').selectAll().executeTakeFirstOrThrow()
    assert.deepEqual([row.points, row.late_penalty, row.graded_at], [null, 0, null])
    assert.deepEqual(
      (await historyOf(harness)).map(({ event }) => event),
      ['graded', 'cleared'],
    )
  })

  test('grades of one student at the same time are all in the history, each after the one before', async (t) => {
    const harness = await createHarness(t)
    const { record } = await setUp(harness)
    await Promise.all(['1', '2', '3', '4', '5'].map((points) => record(points, 'Race.')))
    const history = await historyOf(harness)
    assert.equal(history.length, 5)
    const steps = new Map(history.map((one) => [one.values_before?.points, one.values_after.points]))
    const seen: string[] = []
    for (let next = steps.get(undefined); next; next = steps.get(next)) seen.push(next)
    assert.deepEqual([...seen].sort(), ['1', '2', '3', '4', '5'])
    const { points } = await harness.db.selectFrom('grade').select('points').executeTakeFirstOrThrow()
    assert.equal(points, parseDecimal(seen.at(-1) ?? ''))
  })

  test('is undone with the transaction it is part of, and refuses what is not on the gradebook', async (t) => {
    const harness = await createHarness(t)
    const { quiz, record } = await setUp(harness)
    const grade = { ...quiz, enrollmentId: randomUUID(), points: 1, actor: system, reason: 'Test.' }
    const at = harness.clock.now()
    const work = inTransaction(harness.db, (tx) => recordGrade(tx, { ...grade, at, sourceId: randomUUID() }))
    await assert.rejects(work, /no grade item for the quiz/)
    await assert.rejects(
      inTransaction(harness.db, (tx) => recordGrade(tx, { ...grade, at })),
      /foreign key/i,
    )
    assert.deepEqual(await historyOf(harness), [])
    await record('1', 'Attempt 1 was submitted.')
    assert.equal((await historyOf(harness)).length, 1)
  })
})

describe('grade items of quizzes and assignments', () => {
  test('follow their quiz, and come back with their grades after they were removed', async (t) => {
    const harness = await createHarness(t)
    const { quiz, itemId, add, record } = await setUp(harness)
    const { db, clock } = harness
    const item = () => db.selectFrom('grade_item').selectAll().executeTakeFirstOrThrow()
    await updateGradeItem(db, { ...quiz, title: 'Midterm', at: clock.now() })
    await updateGradeItem(db, { ...quiz, pointsPossible: parseDecimal('20'), at: clock.now() })
    const changed = await item()
    assert.deepEqual([changed.title, changed.points_possible, changed.version], ['Midterm', 200_000, 3])
    await record('1', 'Attempt 1 was submitted.')
    await removeGradeItem(db, { ...quiz, at: clock.now() })
    assert.ok((await item()).removed_at)
    await record('2', 'Attempt 1 was graded again.')
    assert.equal(await add({ title: 'Final' }), itemId)
    const back = await item()
    assert.deepEqual([back.title, back.removed_at], ['Final', null])
    assert.equal((await db.selectFrom('grade').select('points').executeTakeFirst())?.points, 20_000)
  })

  test('do not keep an empty draft of a course from being deleted', async (t) => {
    const harness = await createHarness(t)
    const owner = await harness.signUp('instructor')
    const { courseId } = await makeCourse(owner, { isPublished: false })
    const item = { courseId, source: 'quiz' as const, sourceId: randomUUID(), title: 'Quiz', pointsPossible: 0 }
    await createGradeItem(harness.db, { ...item, at: harness.clock.now() })
    const response = await owner.delete(`/courses/${courseId}`)
    assert.equal(response.statusCode, 204, response.body)
    assert.deepEqual(await harness.db.selectFrom('grade_item').selectAll().execute(), [])
  })
})
