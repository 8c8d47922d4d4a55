import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { LightMyRequestResponse } from 'fastify'
import { type MadeCourse, makeCourse } from '#support/courses.ts'
import { insertEnrollment } from '#support/enrollments.ts'
import { type ApiClient, createHarness, type Harness } from '#support/harness.ts'

type Operation = (caller: ApiClient, course: MadeCourse) => Promise<LightMyRequestResponse>

/** One operation for each line of the table of rights, and who may do it. What it answers otherwise does not matter. */
const table: Record<string, { call: Operation; may: string }> = {
  'read drafts': { call: (caller, { courseId }) => caller.get(`/courses/${courseId}/staff`), may: 'owner co ta admin' },
  edit: {
    call: (caller, { courseId }) => caller.patch(`/courses/${courseId}`, { summary: 'changed' }),
    may: 'owner co admin',
  },
  'edit the outline': {
    call: (caller, { courseId }) => caller.post(`/courses/${courseId}/modules`, { title: 'Module' }),
    may: 'owner co admin',
  },
  'edit a lesson': {
    call: (caller, { lessonIds }) => caller.patch(`/lessons/${lessonIds[0]}`, { title: 'changed' }),
    may: 'owner co admin',
  },
  publish: { call: (caller, { courseId }) => caller.post(`/courses/${courseId}/publish`), may: 'owner co admin' },
  archive: { call: (caller, { courseId }) => caller.post(`/courses/${courseId}/archive`), may: 'owner admin' },
  'manage staff': {
    call: (caller, { courseId }) => caller.delete(`/courses/${courseId}/staff/${crypto.randomUUID()}`),
    may: 'owner admin',
  },
  delete: {
    call: (caller, { courseId }) => caller.delete(`/courses/${courseId}`, { 'if-match': '"no such version"' }),
    may: 'owner admin',
  },
}

const staffMemberNotFound = '/problems/courses/staff-member-not-found'
const isRefused = (response: LightMyRequestResponse, status: number) =>
  response.statusCode === status && response.json().type !== staffMemberNotFound

async function cast(harness: Harness) {
  // Who may least comes first: an operation that succeeds changes the course for those who follow.
  const people = {
    stranger: await harness.signUp('instructor'),
    student: await harness.signUp('student'),
    ta: await harness.signUp('student'),
    co: await harness.signUp('instructor'),
    owner: await harness.signUp('instructor'),
    admin: await harness.signUp('administrator'),
  }
  const make = async (isPublished: boolean) => {
    const course = await makeCourse(people.owner, { isPublished })
    const staff = `/courses/${course.courseId}/staff`
    await people.owner.post(staff, { email: people.co.email, staffRole: 'co-instructor' })
    await people.owner.post(staff, { email: people.ta.email, staffRole: 'teaching-assistant' })
    return course
  }
  return { people, make }
}

describe('the rights in a course', () => {
  for (const [name, { call, may }] of Object.entries(table)) {
    test(`${name}: ${may.replaceAll(' ', ', ')} and nobody else; a draft is hidden from strangers`, async (t) => {
      const harness = await createHarness(t)
      const { people, make } = await cast(harness)
      const [draft, open] = [await make(false), await make(true)]
      await insertEnrollment(harness, open.courseId, people.student.userId)
      for (const [who, caller] of Object.entries(people)) {
        const isAllowed = may.split(' ').includes(who)
        const isStaff = ['owner', 'co', 'ta', 'admin'].includes(who)
        for (const course of [draft, open]) {
          const response = await call(caller, course)
          const status = course === draft && !isStaff ? 404 : 403
          const seen = `${who}, ${course === draft ? 'draft' : 'published'}: ${response.statusCode} ${response.body}`
          assert.equal(isRefused(response, status), !isAllowed, seen)
          if (isAllowed) assert.equal([401, 403].includes(response.statusCode), false, seen)
        }
      }
      assert.equal((await call(harness.visitor, open)).statusCode, 401)
      assert.equal((await call(harness.visitor, draft)).statusCode, 401)
    })
  }

  test('whoever is no instructor any more has no rights left in his course', async (t) => {
    const harness = await createHarness(t)
    const owner = await harness.signUp('instructor')
    const { courseId } = await makeCourse(owner, { isPublished: false })
    await harness.db.updateTable('user_account').set({ role: 'student' }).where('id', '=', owner.userId).execute()
    const credentials = { email: owner.email, password: owner.password }
    const { accessToken } = (await harness.visitor.post('/auth/login', credentials)).json()
    const response = await harness.visitor.get(`/courses/${courseId}`, { authorization: `Bearer ${accessToken}` })
    assert.equal(response.statusCode, 404)
  })
})

describe('GET /courses/:courseId and /courses/by-slug/:slug', () => {
  test('200 a draft for its staff only, a published course for everybody', async (t) => {
    const harness = await createHarness(t)
    const { people, make } = await cast(harness)
    const [draft, open] = [await make(false), await make(true)]
    for (const [who, caller] of Object.entries({ ...people, visitor: harness.visitor })) {
      const isStaff = ['owner', 'co', 'ta', 'admin'].includes(who)
      for (const [course, status] of [
        [draft, isStaff ? 200 : 404],
        [open, 200],
      ] as const) {
        const { slug } = (await people.owner.get(`/courses/${course.courseId}`)).json()
        for (const path of [`/courses/${course.courseId}`, `/courses/by-slug/${slug}`]) {
          assert.equal((await caller.get(path)).statusCode, status, `${who} ${path}`)
        }
        assert.equal((await caller.get(`/courses/${course.courseId}/outline`)).statusCode, status, who)
      }
    }
    assert.equal((await harness.visitor.get('/courses/by-slug/no-such-course')).statusCode, 404)
    assert.equal((await harness.visitor.get('/courses/not-an-id')).statusCode, 400)
  })

  test('200 an archived course for its staff and those who were ever enrolled, 404 for others', async (t) => {
    const harness = await createHarness(t)
    const { people, make } = await cast(harness)
    const { courseId, lessonIds } = await make(true)
    await insertEnrollment(harness, courseId, people.student.userId)
    const gone = await harness.signUp('student')
    await insertEnrollment(harness, courseId, gone.userId, { status: 'withdrawn' })
    await people.owner.post(`/courses/${courseId}/archive`)
    for (const reader of [people.owner, people.co, people.ta, people.admin, people.student, gone]) {
      assert.equal((await reader.get(`/courses/${courseId}`)).statusCode, 200)
    }
    for (const reader of [people.stranger, harness.visitor]) {
      assert.equal((await reader.get(`/courses/${courseId}`)).statusCode, 404)
      assert.equal((await reader.get(`/lessons/${lessonIds[0]}`)).statusCode, 404)
    }
    assert.equal((await people.student.get(`/lessons/${lessonIds[0]}`)).statusCode, 200)
  })
})
