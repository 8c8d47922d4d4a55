import assert from 'node:assert/strict'
import { test } from 'node:test'
import { enqueue } from '#platform/jobs/outbox.ts'
import { type AssignmentScene, grade, setUpAssignment } from '#support/assignments.ts'
import { enroll } from '#support/enrollments.ts'
import { mailsTo, type Person } from '#support/harness.ts'
import { announceWaiting, remindOfDue } from './jobs.ts'

async function run(scene: AssignmentScene, job: typeof remindOfDue | typeof announceWaiting): Promise<void> {
  await enqueue(scene.db, job, {}, scene.clock.now())
  await scene.runJobs()
}

const countOf = (scene: AssignmentScene, person: Person, words: string) =>
  mailsTo(scene, person).filter((text) => text.includes(words)).length

test('a student is reminded once, a day before it is due for him, unless he has handed in or left', async (t) => {
  const scene = await setUpAssignment(t, (inHours) => ({ due: inHours(30), timeZone: 'Europe/Berlin' }))
  const { owner, student, signUp, courseId, lessonId, clock, handIn } = scene
  const join = async () => {
    const person = await signUp('student')
    return { person, enrollmentId: await enroll(person, courseId) }
  }
  const [done, gone, extended] = [await join(), await join(), await join()]
  await handIn('Early', done.person)
  await gone.person.post(`/enrollments/${gone.enrollmentId}/withdraw`)
  const extension = { extraDays: 1, reason: 'Ill' }
  await owner.put(`/lessons/${lessonId}/accommodations/${extended.person.userId}`, extension)
  const reminders = () =>
    [student, done.person, gone.person, extended.person].map((one) => countOf(scene, one, 'is due on'))

  await run(scene, remindOfDue)
  assert.deepEqual(reminders(), [0, 0, 0, 0], 'too early')
  clock.advance({ hours: 7 })
  await run(scene, remindOfDue)
  assert.deepEqual(reminders(), [1, 0, 0, 0])
  assert.match(mailsTo(scene, student).join(), /due on \d{4}-\d\d-\d\d at \d\d:\d\d \(Europe\/Berlin\)/)
  await run(scene, remindOfDue)
  assert.deepEqual(reminders(), [1, 0, 0, 0], 'once')
  clock.advance({ hours: 25 })
  await run(scene, remindOfDue)
  assert.deepEqual(reminders(), [1, 0, 0, 1], 'by his own due date')
})

test('graders are told once a day what waits in their courses, and nothing when nothing waits', async (t) => {
  const scene = await setUpAssignment(t)
  const { owner, student, signUp, courseId, handIn } = scene
  const assistant = await signUp('student')
  await owner.post(`/courses/${courseId}/staff`, { email: assistant.email, staffRole: 'teaching-assistant' })
  await run(scene, announceWaiting)
  assert.equal(countOf(scene, owner, 'waits to be graded'), 0)
  const { submissionId } = await handIn()
  await run(scene, announceWaiting)
  for (const person of [owner, assistant]) assert.equal(countOf(scene, person, '“History”: 1'), 1)
  assert.equal(countOf(scene, student, 'waits to be graded'), 0)
  await grade(owner, submissionId, { points: '5' })
  await run(scene, announceWaiting)
  assert.equal(countOf(scene, owner, 'waits to be graded'), 1)
})
