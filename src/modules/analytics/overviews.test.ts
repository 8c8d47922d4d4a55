import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { enqueue } from '#platform/jobs/outbox.ts'
import { advanceToNoon } from '#support/clock.ts'
import { makeCourse } from '#support/courses.ts'
import { complete, enroll } from '#support/enrollments.ts'
import { createHarness, type Harness, signUpMany } from '#support/harness.ts'
import { countCourses } from './jobs.ts'

async function count(harness: Harness) {
  await enqueue(harness.db, countCourses, {}, harness.clock.now())
  await harness.runJobs()
}

describe('GET /users/me/teaching', () => {
  test('200 my courses by title, a page at a time, with numbers and totals of all of them', async (t) => {
    const harness = await createHarness(t)
    const [owner, other] = [await harness.signUp('instructor'), await harness.signUp('instructor')]
    const algebra = await makeCourse(owner, { course: { title: 'Algebra' }, lessons: [{}, {}] })
    const biology = await makeCourse(owner, { course: { title: 'biology' } })
    const chemistry = await makeCourse(other, { course: { title: 'Chemistry' } })
    await makeCourse(other, { course: { title: 'Dance' } })
    const role = { email: owner.email, staffRole: 'co-instructor' }
    assert.equal((await other.post(`/courses/${chemistry.courseId}/staff`, role)).statusCode, 201)
    const [one, two] = await signUpMany(harness, 2)
    assert.ok(one && two)
    await complete(one, await enroll(one, algebra.courseId), ...algebra.lessonIds)
    await complete(two, await enroll(two, algebra.courseId), algebra.lessonIds[0] ?? '')
    await enroll(two, biology.courseId)
    await one.post(`/courses/${algebra.courseId}/reviews`, { rating: 5, text: 'The best course of them all.' })

    const before = (await owner.get('/users/me/teaching')).json()
    assert.equal(before.asOf, null)
    assert.deepEqual(before.totals, { courses: 3, enrolled: 0, active: 0, completed: 0, needsAttention: 0 })
    await count(harness)
    const first = (await owner.get('/users/me/teaching?limit=2')).json()
    const second = (await owner.get(`/users/me/teaching?limit=2&cursor=${first.nextCursor}`)).json()
    assert.deepEqual(first.totals, { courses: 3, enrolled: 3, active: 3, completed: 1, needsAttention: 0 })
    assert.deepEqual(
      [...first.items, ...second.items].map((item) => [item.title, item.staffRole, item.enrolled]),
      [
        ['Algebra', 'owner', 2],
        ['biology', 'owner', 1],
        ['Chemistry', 'co-instructor', 0],
      ],
    )
    assert.equal(second.nextCursor, null)
    const { slug, courseId, ...numbers } = first.items[0]
    assert.deepEqual([slug, courseId], ['algebra', algebra.courseId])
    assert.deepEqual(numbers, {
      title: 'Algebra',
      status: 'published',
      staffRole: 'owner',
      enrolled: 2,
      active: 2,
      completed: 1,
      activeLast7Days: 2,
      activeLast30Days: 2,
      needsAttention: 0,
      completionPercent: 50,
      averagePercent: 75,
      rating: { average: 5, reviews: 1 },
    })
  })

  test('200 nothing of courses one has no rights in any more; 401 for visitors, 400 for a cursor that is not ours', async (t) => {
    const harness = await createHarness(t)
    const owner = await harness.signUp('instructor')
    const { courseId } = await makeCourse(owner)
    const helper = await harness.signUp('student')
    await owner.post(`/courses/${courseId}/staff`, { email: helper.email, staffRole: 'teaching-assistant' })
    await harness.db.updateTable('user_account').set({ role: 'student' }).where('id', '=', owner.userId).execute()
    const titles = async (who: typeof owner) => (await who.get('/users/me/teaching')).json().items.length
    assert.equal(await titles(helper), 1)
    assert.equal(await titles(await harness.signIn(owner)), 0)
    assert.equal((await (await harness.signUp('student')).get('/users/me/teaching')).json().totals.courses, 0)
    assert.equal((await helper.get('/users/me/teaching?cursor=WzFd')).statusCode, 400)
    assert.equal((await harness.visitor.get('/users/me/teaching')).statusCode, 401)
  })
})

describe('GET /admin/overview', () => {
  test('200 people, courses and enrollments, and ninety days; each active student once', async (t) => {
    const harness = await createHarness(t)
    advanceToNoon(harness.clock)
    const administrator = await harness.signUp('administrator')
    const owner = await harness.signUp('instructor')
    const [algebra, biology] = [await makeCourse(owner), await makeCourse(owner, { lessons: [{}, {}] })]
    await makeCourse(owner, { isPublished: false })
    const [one, two] = await signUpMany(harness, 2)
    assert.ok(one && two)
    await complete(one, await enroll(one, algebra.courseId), ...algebra.lessonIds)
    await complete(one, await enroll(one, biology.courseId), biology.lessonIds[0] ?? '')
    await enroll(two, biology.courseId)
    assert.equal((await administrator.get('/admin/overview')).json().asOf, null)
    await count(harness)
    const { asOf, days, ...numbers } = (await administrator.get('/admin/overview')).json()
    assert.ok(asOf)
    assert.deepEqual(numbers, {
      users: { administrators: 1, instructors: 1, students: 2, deactivated: 0 },
      activeStudents: { last7Days: 1, last30Days: 1 },
      courses: { draft: 1, published: 2, archived: 0 },
      enrollments: { total: 3, active: 3, completed: 1 },
      completionPercent: 33.33,
      averagePercent: 50,
    })
    const day = harness.clock.now().toISOString().slice(0, 10)
    assert.equal(days.length, 90)
    assert.deepEqual(days.at(-1), { day, enrollments: 3, completions: 1, activeStudents: 1, lessonsCompleted: 2 })
  })

  test('403 for whoever is no administrator, 401 for visitors', async (t) => {
    const harness = await createHarness(t)
    for (const role of ['instructor', 'student'] as const) {
      assert.equal((await (await harness.signUp(role)).get('/admin/overview')).statusCode, 403)
    }
    assert.equal((await harness.visitor.get('/admin/overview')).statusCode, 401)
  })
})

test('metrics tell the completion rate, and the ten courses with most active enrollments by slug', async (t) => {
  const harness = await createHarness(t)
  const owner = await harness.signUp('instructor')
  const scraped = async () => {
    const lines = (await harness.app.server.inject('/metrics')).body.split('\n')
    return lines.filter((line) => /^lms_(popular_course_|course_completion_percent)/.test(line))
  }
  const courses = []
  for (let n = 1; n <= 12; n++)
    courses.push(await makeCourse(owner, { course: { title: `Top ${String(n).padStart(2, '0')}` } }))
  const [one, two] = await signUpMany(harness, 2)
  assert.ok(one && two)
  const [, second, third] = courses
  assert.ok(second && third)
  for (const student of [one, two]) await enroll(student, third.courseId)
  await complete(one, await enroll(one, second.courseId), ...second.lessonIds)
  await count(harness)
  const lines = await scraped()
  assert.equal(lines.length, 11)
  assert.deepEqual(lines.filter((line) => !/\} 0$/.test(line)).sort(), [
    'lms_course_completion_percent 33.33',
    'lms_popular_course_enrollments{course="top-02"} 1',
    'lms_popular_course_enrollments{course="top-03"} 2',
  ])
})
