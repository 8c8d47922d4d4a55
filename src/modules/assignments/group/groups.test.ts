import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, type TestContext, test } from 'node:test'
import { grade, gradeOnRecord, setUpAssignment } from '#support/assignments.ts'
import { countDeadlocks } from '#support/deadlocks.ts'
import { enroll } from '#support/enrollments.ts'
import { mailsTo } from '#support/harness.ts'
import { pdf, upload } from '#support/uploads.ts'

/** An assignment with one group of two, Ada and Bea, and Cem who works alone. */
async function setUp(t: TestContext, fields: Record<string, unknown> = {}) {
  const scene = await setUpAssignment(t, () => fields)
  const { owner, student, signUp, courseId, lessonId } = scene
  const [bea, cem] = [await signUp('student', 'Bea'), await signUp('student', 'Cem')]
  const beaEnrollment = await enroll(bea, courseId)
  await enroll(cem, courseId)
  const path = `/lessons/${lessonId}/groups`
  const response = await owner.put(path, { groups: [{ title: 'One', userIds: [student.userId, bea.userId] }] })
  assert.equal(response.statusCode, 200, response.body)
  const mine = async (person: typeof bea) => (await person.get(`/lessons/${lessonId}/submissions/mine`)).json()
  return { ...scene, bea, cem, beaEnrollment, path, group: response.json().groups[0], mine }
}

describe('PUT /lessons/:lessonId/groups', () => {
  test('200 for staff, and students see their own; 400 names who is in two groups or not in the course', async (t) => {
    const { owner, student, bea, cem, visitor, path, group } = await setUp(t)
    assert.deepEqual(group.members, [
      { id: student.userId, fullName: 'Ada Lovelace' },
      { id: bea.userId, fullName: 'Bea' },
    ])
    assert.deepEqual((await student.get(path)).json().groups, [group])
    assert.deepEqual((await cem.get(path)).json().groups, [])
    const two = { title: 'Two', userIds: [cem.userId, bea.userId, randomUUID()] }
    const wrong = await owner.put(path, { groups: [{ id: group.id, title: 'One', userIds: [bea.userId] }, two] })
    assert.deepEqual(
      wrong.json().errors.map((one: { pointer: string }) => one.pointer),
      ['/body/groups/1/userIds/1', '/body/groups/1/userIds/2'],
    )
    const unknown = await owner.put(path, { groups: [{ id: randomUUID(), title: 'X', userIds: [bea.userId] }] })
    assert.equal(unknown.json().errors[0].pointer, '/body/groups/0/id')
    assert.equal((await student.put(path, { groups: [] })).statusCode, 403)
    assert.equal((await visitor.put(path, { groups: [] })).statusCode, 401)
    assert.equal((await owner.put(`/lessons/${randomUUID()}/groups`, { groups: [] })).statusCode, 404)
    assert.deepEqual((await owner.get(path)).json().groups, [group])
  })
})

describe('what a member hands in', () => {
  test('is handed in for all members and for nobody else; each may open its files and add to it', async (t) => {
    const { student, bea, cem, owner, lessonId, group, mine } = await setUp(t, { filesMax: 3 })
    const file = await upload(student, { content: pdf, name: 'ours.pdf' })
    const first = await student.post(`/lessons/${lessonId}/submissions`, { text: 'Ours', fileIds: [file.id] })
    assert.equal(first.statusCode, 201, first.body)
    const { versions, groupId, submittedAt } = await mine(bea)
    assert.deepEqual([versions[0].text, groupId, submittedAt], ['Ours', group.id, first.json().submittedAt])
    assert.equal((await bea.get(`/files/${file.id}/content`)).statusCode, 200)
    assert.equal((await cem.get(`/files/${file.id}`)).statusCode, 404)
    assert.equal((await cem.get(`/lessons/${lessonId}/submissions/mine`)).statusCode, 404)
    const second = await bea.post(`/lessons/${lessonId}/submissions`, { text: 'Better', fileIds: [file.id] })
    assert.equal(second.statusCode, 201, second.body)
    assert.equal((await mine(student)).number, 2)
    const { items } = (await owner.get(`/lessons/${lessonId}/submissions?filter=waiting`)).json()
    assert.equal(items.length, 2)
  })

  test('is graded once for all, each with his own lateness; one of them may be given another grade', async (t) => {
    const late = { due: '2026-01-01T00:00Z', latePolicy: 'penalty', latePercentPerDay: '10' }
    const scene = await setUp(t, late)
    const { owner, student, bea, lessonId, enrollmentId, beaEnrollment, handIn, mine, runJobs } = scene
    const extension = { due: '2100-01-01T00:00Z', reason: 'Ill' }
    await owner.put(`/lessons/${lessonId}/accommodations/${bea.userId}`, extension)
    const { submissionId } = await handIn()
    await grade(owner, submissionId, { points: '8' })
    assert.deepEqual(await gradeOnRecord(scene, enrollmentId), { points: 80_000, late_penalty: 80_000 })
    assert.deepEqual(await gradeOnRecord(scene, beaEnrollment), { points: 80_000, late_penalty: 0 })
    await runJobs()
    for (const person of [student, bea]) assert.match(mailsTo(scene, person).join(), /has been graded/)
    const { id } = await mine(bea)
    await grade(owner, id, { points: '10', wholeGroup: false })
    assert.equal((await gradeOnRecord(scene, beaEnrollment))?.points, 100_000)
    assert.equal((await gradeOnRecord(scene, enrollmentId))?.points, 80_000)
  })

  test('is reopened for all, and all at once hand in without a deadlock', async (t) => {
    const scene = await setUp(t)
    const { owner, student, bea, db, lessonId, path, handIn, mine, group } = scene
    const { submissionId } = await handIn()
    assert.equal((await owner.post(`/submissions/${submissionId}/reopen`, { reason: 'Empty.' })).statusCode, 200)
    assert.ok((await mine(bea)).reopenedAt)
    const members = [student.userId, bea.userId]
    await Promise.all([
      ...Array.from({ length: 6 }, (_, n) =>
        (n % 2 ? student : bea).post(`/lessons/${lessonId}/submissions`, { text: `Version ${n}` }),
      ),
      owner.put(`/submissions/${submissionId}/grade`, { points: '3' }),
      owner.put(path, { groups: [{ id: group.id, title: 'Renamed', userIds: members }] }),
    ])
    assert.equal(await countDeadlocks(db), 0)
    const [ours, theirs] = [await mine(student), await mine(bea)]
    assert.deepEqual([ours.number, theirs.number, ours.reopenedAt], [7, 7, null])
    assert.deepEqual(
      ours.versions.map((one: { text: string }) => one.text),
      theirs.versions.map((one: { text: string }) => one.text),
    )
  })
})
