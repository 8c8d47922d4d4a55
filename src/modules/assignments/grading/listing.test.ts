import assert from 'node:assert/strict'
import { test } from 'node:test'
import { grade, setUpAssignment } from '#support/assignments.ts'
import { enroll } from '#support/enrollments.ts'

test('200 lists by name who has handed in what; each filter shows its own, missing by each student’s own due date', async (t) => {
  const scene = await setUpAssignment(t, (inHours) => ({ due: inHours(2), releasesAtOnce: false }))
  const { owner, student, signUp, courseId, lessonId, clock, handIn } = scene
  const names = ['Bea', 'Cem', 'Dan', 'Eve', 'Fay']
  const people = []
  for (const name of names) {
    const person = await signUp('student', name)
    await enroll(person, courseId)
    people.push(person)
  }
  const [bea, cem, dan, eve, fay] = people
  assert.ok(bea && cem && dan && eve && fay)
  const onTime = await handIn('On time', bea)
  await grade(owner, (await handIn('Released', cem)).submissionId, { points: '5', release: true })
  await grade(owner, onTime.submissionId, { points: '6' })
  await owner.put(`/lessons/${lessonId}/accommodations/${eve.userId}`, { extraDays: 1, reason: 'Ill' })
  clock.advance({ hours: 3 })
  await handIn('Late', dan)

  const list = async (filter: string, limit = 20): Promise<string[]> => {
    const seen: string[] = []
    for (let cursor = ''; ; ) {
      const response = await owner.get(`/lessons/${lessonId}/submissions?filter=${filter}&limit=${limit}${cursor}`)
      assert.equal(response.statusCode, 200, response.body)
      const page = response.json()
      assert.ok(page.items.length <= limit)
      seen.push(...page.items.map((one: { student: { fullName: string } }) => one.student.fullName))
      if (page.nextCursor === null) return seen
      cursor = `&cursor=${page.nextCursor}`
    }
  }
  for (const limit of [20, 1, 2]) {
    assert.deepEqual(await list('all', limit), ['Ada Lovelace', ...names])
    assert.deepEqual(await list('missing', limit), ['Ada Lovelace', 'Fay'])
  }
  assert.deepEqual(await list('waiting'), ['Dan'])
  assert.deepEqual(await list('late'), ['Dan'])
  assert.deepEqual(await list('graded'), ['Bea'])
  assert.deepEqual(await list('released'), ['Cem'])
  const { items } = (await owner.get(`/lessons/${lessonId}/submissions?filter=late`)).json()
  assert.deepEqual([items[0].submission.lateDays, items[0].submission.points, items[0].isMissing], [1, null, false])
  assert.equal((await student.get(`/lessons/${lessonId}/submissions`)).statusCode, 403)
  assert.equal((await (await signUp('student')).get(`/lessons/${lessonId}/submissions`)).statusCode, 403)
  assert.equal((await owner.get(`/lessons/${courseId}/submissions`)).statusCode, 404)
})

test('the backlog and its age are gauges', async (t) => {
  const { clock, handIn, metrics } = await setUpAssignment(t)
  await handIn()
  clock.advance({ hours: 2 })
  const text = await metrics.metrics()
  assert.match(text, /^lms_submissions_waiting 1$/m)
  assert.match(text, /^lms_submissions_waiting_oldest_seconds 7200$/m)
})
