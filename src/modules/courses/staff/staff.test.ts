import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { makeCourse } from '#support/courses.ts'
import { createHarness, type Harness } from '#support/harness.ts'

async function setUp(harness: Harness) {
  const owner = await harness.signUp('instructor', 'Owner')
  const { courseId } = await makeCourse(owner)
  const path = `/courses/${courseId}/staff`
  const roles = async () =>
    Object.fromEntries(
      (await owner.get(path))
        .json()
        .items.map((one: { fullName: string; staffRole: string }) => [one.fullName, one.staffRole]),
    )
  const audited = async () =>
    (await harness.db.selectFrom('audit_event').selectAll().where('subject_id', '=', courseId).orderBy('id').execute())
      .filter((event) => /staff|owner/.test(event.action))
      .map((event) => [event.action, event.actor_id, (event.details as { userId: string }).userId])
  return { owner, courseId, path, roles, audited }
}

describe('POST /courses/:courseId/staff', () => {
  test('201 adds an instructor or an assistant, shows who teaches, and records it', async (t) => {
    const harness = await createHarness(t)
    const { owner, courseId, path, roles, audited } = await setUp(harness)
    const [co, assistant] = [await harness.signUp('instructor', 'Co'), await harness.signUp('student', 'Assistant')]
    const added = await owner.post(path, { email: co.email.toUpperCase(), staffRole: 'co-instructor' })
    assert.equal(added.statusCode, 201, added.body)
    assert.equal(added.json().userId, co.userId)
    await owner.post(path, { email: assistant.email, staffRole: 'teaching-assistant' })
    assert.deepEqual(await roles(), { Owner: 'owner', Co: 'co-instructor', Assistant: 'teaching-assistant' })
    const { instructors } = (await harness.visitor.get(`/courses/${courseId}`)).json()
    assert.deepEqual(
      instructors.map((one: { fullName: string }) => one.fullName),
      ['Owner', 'Co'],
    )
    assert.deepEqual(await audited(), [
      ['course.staff-added', owner.userId, co.userId],
      ['course.staff-added', owner.userId, assistant.userId],
    ])
  })

  test('409 for a student as co-instructor, and for whoever is there already, even in a race', async (t) => {
    const harness = await createHarness(t)
    const { owner, path, audited } = await setUp(harness)
    const [student, co] = [await harness.signUp('student'), await harness.signUp('instructor')]
    const refused = await owner.post(path, { email: student.email, staffRole: 'co-instructor' })
    assert.equal(refused.statusCode, 409)
    assert.equal(refused.json().type, '/problems/courses/instructor-needed')
    const body = { email: co.email, staffRole: 'co-instructor' }
    const responses = await Promise.all(Array.from({ length: 5 }, () => owner.post(path, body)))
    assert.deepEqual(responses.map((response) => response.statusCode).sort(), [201, 409, 409, 409, 409])
    assert.equal((await owner.post(path, { email: owner.email, staffRole: 'teaching-assistant' })).statusCode, 409)
    assert.equal((await audited()).length, 1)
  })

  test('400 for an address without an active account, or a second owner', async (t) => {
    const harness = await createHarness(t)
    const { owner, path } = await setUp(harness)
    const gone = await harness.signUp('instructor')
    await harness.db.updateTable('user_account').set({ status: 'deactivated' }).where('id', '=', gone.userId).execute()
    for (const body of [
      { email: 'nobody@example.org', staffRole: 'teaching-assistant' },
      { email: gone.email, staffRole: 'co-instructor' },
      { email: owner.email, staffRole: 'owner' },
      { staffRole: 'co-instructor' },
    ]) {
      assert.equal((await owner.post(path, body)).statusCode, 400, JSON.stringify(body))
    }
  })
})

describe('PATCH and DELETE /courses/:courseId/staff/:userId', () => {
  test('200 changes a role, 204 removes, and both end the rights at once', async (t) => {
    const harness = await createHarness(t)
    const { owner, courseId, path, roles, audited } = await setUp(harness)
    const co = await harness.signUp('instructor', 'Co')
    await owner.post(path, { email: co.email, staffRole: 'co-instructor' })
    assert.equal((await co.patch(`/courses/${courseId}`, { summary: 'a' })).statusCode, 200)
    const changed = await owner.patch(`${path}/${co.userId}`, { staffRole: 'teaching-assistant' })
    assert.equal(changed.json().staffRole, 'teaching-assistant')
    assert.equal((await co.patch(`/courses/${courseId}`, { summary: 'b' })).statusCode, 403)
    assert.equal((await owner.delete(`${path}/${co.userId}`)).statusCode, 204)
    assert.equal((await co.get(path)).statusCode, 403)
    assert.deepEqual(await roles(), { Owner: 'owner' })
    assert.deepEqual(
      (await audited()).map(([action]) => action),
      ['course.staff-added', 'course.staff-role-changed', 'course.staff-removed'],
    )
  })

  test('409 for the owner, 404 for who is not on the staff, 409 for a student as co-instructor', async (t) => {
    const harness = await createHarness(t)
    const { owner, path, roles } = await setUp(harness)
    const assistant = await harness.signUp('student', 'Assistant')
    await owner.post(path, { email: assistant.email, staffRole: 'teaching-assistant' })
    const administrator = await harness.signUp('administrator')
    for (const caller of [owner, administrator]) {
      const removed = await caller.delete(`${path}/${owner.userId}`)
      assert.equal(removed.statusCode, 409)
      assert.equal(removed.json().type, '/problems/courses/owner-stays')
      assert.equal((await caller.patch(`${path}/${owner.userId}`, { staffRole: 'co-instructor' })).statusCode, 409)
    }
    assert.equal((await owner.delete(`${path}/${administrator.userId}`)).statusCode, 404)
    assert.equal((await owner.patch(`${path}/${administrator.userId}`, { staffRole: 'co-instructor' })).statusCode, 404)
    assert.equal((await owner.patch(`${path}/${assistant.userId}`, { staffRole: 'co-instructor' })).statusCode, 409)
    assert.deepEqual(await roles(), { Owner: 'owner', Assistant: 'teaching-assistant' })
  })
})

describe('PUT /courses/:courseId/owner', () => {
  test('200 makes a co-instructor the owner and the owner a co-instructor', async (t) => {
    const harness = await createHarness(t)
    const { owner, courseId, path, roles, audited } = await setUp(harness)
    const heir = await harness.signUp('instructor', 'Heir')
    await owner.post(path, { email: heir.email, staffRole: 'teaching-assistant' })
    const response = await owner.put(`/courses/${courseId}/owner`, { userId: heir.userId })
    assert.equal(response.statusCode, 200, response.body)
    assert.equal(response.json().staffRole, 'owner')
    assert.deepEqual(await roles(), { Heir: 'owner', Owner: 'co-instructor' })
    assert.deepEqual((await audited()).at(-1), ['course.owner-changed', owner.userId, heir.userId])
    assert.equal((await owner.delete(`${path}/${heir.userId}`)).statusCode, 403)
  })

  test('there is one owner, whoever two owners-to-be are at the same moment', async (t) => {
    const harness = await createHarness(t)
    const { owner, courseId, path } = await setUp(harness)
    const heirs = [await harness.signUp('instructor'), await harness.signUp('instructor')]
    for (const heir of heirs) await owner.post(path, { email: heir.email, staffRole: 'co-instructor' })
    const responses = await Promise.all(
      heirs.map((heir) => owner.put(`/courses/${courseId}/owner`, { userId: heir.userId })),
    )
    // The second finds that it is no longer the owner who asks.
    assert.deepEqual(responses.map((response) => response.statusCode).sort(), [200, 403])
    const owners = await harness.db
      .selectFrom('course_staff')
      .select('user_id')
      .where('course_id', '=', courseId)
      .where('staff_role', '=', 'owner')
      .execute()
    assert.equal(owners.length, 1)
  })

  test('409 for a student or the owner himself, 404 for who is not on the staff', async (t) => {
    const harness = await createHarness(t)
    const { owner, courseId, path } = await setUp(harness)
    const [assistant, stranger] = [await harness.signUp('student'), await harness.signUp('instructor')]
    await owner.post(path, { email: assistant.email, staffRole: 'teaching-assistant' })
    const statuses = []
    for (const heir of [assistant, owner, stranger]) {
      statuses.push((await owner.put(`/courses/${courseId}/owner`, { userId: heir.userId })).statusCode)
    }
    assert.deepEqual(statuses, [409, 409, 404])
  })
})
