import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { grade, gradeOnRecord, setUpAssignment } from '#support/assignments.ts'
import { lateDaysOf, latePenaltyOf } from '../assignment/rule.ts'

const penalty = { latePolicy: 'penalty', latePercentPerDay: '10', latePercentMax: '35' }

describe('late submissions', () => {
  test('cost so many percent of the points possible for every started day, up to the maximum', async (t) => {
    const scene = await setUpAssignment(t, (inHours) => ({ ...penalty, due: inHours(1) }))
    const { owner, clock, enrollmentId, inHours, change, handIn } = scene
    clock.advance({ hours: 1, seconds: 0.001 })
    const first = await handIn('One millisecond late')
    assert.equal(first.lateDays, 1)
    const one = await grade(owner, first.submissionId, { points: '7.5' })
    assert.deepEqual([one.grade.latePenalty, one.grade.finalPoints], ['1', '6.5'])
    await change({ ...penalty, due: inHours(-25) })
    assert.equal((await handIn('On the second day')).lateDays, 2)
    const two = await grade(owner, first.submissionId, { points: '7.5' })
    assert.deepEqual([two.grade.latePenalty, two.grade.finalPoints], ['2', '5.5'])
    await change({ ...penalty, due: inHours(-24 * 30) })
    await handIn('Very late')
    const most = await grade(owner, first.submissionId, { points: '7.5' })
    assert.deepEqual([most.grade.latePenalty, most.grade.finalPoints], ['3.5', '4'])
    const little = await grade(owner, first.submissionId, { points: '2' })
    assert.deepEqual([little.grade.latePenalty, little.grade.finalPoints], ['2', '0'])
    assert.deepEqual(await gradeOnRecord(scene, enrollmentId), { points: 20_000, late_penalty: 20_000 })
  })

  test('are in time again with an extension, which also puts the released grade right and may pass it', async (t) => {
    const scene = await setUpAssignment(t, (inHours) => ({ ...penalty, passPoints: '7', due: inHours(1) }))
    const { owner, student, clock, lessonId, enrollmentId, handIn } = scene
    clock.advance({ hours: 20 })
    const { submissionId } = await handIn()
    const before = await grade(owner, submissionId, { points: '7.5' })
    assert.deepEqual([before.grade.finalPoints, before.grade.isPassed], ['6.5', false])
    const extension = `/lessons/${lessonId}/accommodations/${student.userId}`
    assert.equal((await owner.put(extension, { extraDays: 1, reason: 'Ill' })).statusCode, 201)
    const after = (await student.get(`/submissions/${submissionId}`)).json()
    assert.deepEqual([after.lateDays, after.grade.finalPoints, after.grade.isPassed], [0, '7.5', true])
    assert.deepEqual(await gradeOnRecord(scene, enrollmentId), { points: 75_000, late_penalty: 0 })
    assert.equal((await student.get(`/enrollments/${enrollmentId}/progress`)).json().percent, 100)
    assert.equal((await owner.delete(extension)).statusCode, 204)
    assert.deepEqual(await gradeOnRecord(scene, enrollmentId), { points: 75_000, late_penalty: 10_000 })
  })

  test('are judged by the time of handing in, not of grading, and anew when the author moves the due date', async (t) => {
    const scene = await setUpAssignment(t, (inHours) => ({ ...penalty, due: inHours(1) }))
    const { owner, clock, enrollmentId, inHours, change, handIn } = scene
    const { submissionId, lateDays } = await handIn()
    assert.equal(lateDays, 0)
    clock.advance({ hours: 20 })
    const graded = await grade(owner, submissionId, { points: '9' })
    assert.equal(graded.grade.latePenalty, '0')
    await change({ ...penalty, due: inHours(-50) })
    assert.deepEqual(await gradeOnRecord(scene, enrollmentId), { points: 90_000, late_penalty: 20_000 })
    await change({ ...penalty, latePercentPerDay: '5', due: inHours(-50) })
    assert.deepEqual(await gradeOnRecord(scene, enrollmentId), { points: 90_000, late_penalty: 10_000 })
    await change({ due: inHours(-50) })
    assert.deepEqual(await gradeOnRecord(scene, enrollmentId), { points: 90_000, late_penalty: 0 })
  })
})

test('a penalty is never negative, never more than was earned, and grows with the days', () => {
  const points = fc.integer({ min: 1, max: 10_000_000 })
  const percent = fc.integer({ min: 1, max: 1_000_000 })
  const days = fc.nat(1000)
  fc.assert(
    fc.property(
      points,
      points,
      percent,
      fc.option(percent, { nil: null }),
      days,
      (possible, earned, day, max, late) => {
        const policy = {
          late_policy: 'penalty' as const,
          late_percent_per_day: day,
          late_percent_max: max,
          points_possible: possible,
        }
        const [less, more] = [latePenaltyOf(policy, earned, late), latePenaltyOf(policy, earned, late + 1)]
        assert.ok(less >= 0 && less <= more && more <= Math.min(earned, possible))
        assert.equal(latePenaltyOf(policy, earned, 0), 0)
      },
    ),
    { seed: 20_261_124 },
  )
})

test('a day has started with its first millisecond', () => {
  const due = '2026-11-01T12:00:00.000Z'
  assert.equal(lateDaysOf(due, '2026-11-01T12:00:00.000Z'), 0)
  assert.equal(lateDaysOf(due, '2026-11-01T12:00:00.001Z'), 1)
  assert.equal(lateDaysOf(due, '2026-11-02T12:00:00.000Z'), 1)
  assert.equal(lateDaysOf(due, '2026-11-02T12:00:00.001Z'), 2)
  assert.equal(lateDaysOf(null, '2026-11-02T12:00:00.001Z'), 0)
})
