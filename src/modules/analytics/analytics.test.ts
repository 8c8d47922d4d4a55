import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { enqueue } from '#platform/jobs/outbox.ts'
import { advanceToNoon } from '#support/clock.ts'
import { makeCourse } from '#support/courses.ts'
import { complete, enroll, insertEnrollment } from '#support/enrollments.ts'
import { createHarness, type Harness, signUpMany } from '#support/harness.ts'
import { countCourses } from './jobs.ts'

async function count(harness: Harness) {
  await enqueue(harness.db, countCourses, {}, harness.clock.now())
  await harness.runJobs()
}

/** At noon, so that no test meets midnight. */
async function createSchool(t: TestContext) {
  const harness = await createHarness(t)
  advanceToNoon(harness.clock)
  return { harness, owner: await harness.signUp('instructor') }
}

const computedAtOf = async ({ db }: Harness, courseId: string) =>
  (await db.selectFrom('course_statistics').select('computed_at').where('course_id', '=', courseId).executeTakeFirst())
    ?.computed_at

describe('GET /courses/:courseId/analytics', () => {
  test('200 zeros before the first count, then what was counted, and as of when', async (t) => {
    const { harness, owner } = await createSchool(t)
    const { courseId, lessonIds } = await makeCourse(owner, { lessons: [{}, {}] })
    const read = async () => (await owner.get(`/courses/${courseId}/analytics`)).json()
    const [first, second, third, fourth] = await signUpMany(harness, 4)
    assert.ok(first && second && third && fourth)
    await complete(first, await enroll(first, courseId), ...lessonIds)
    await complete(second, await enroll(second, courseId), lessonIds[0] ?? '')
    await third.post(`/enrollments/${await enroll(third, courseId)}/withdraw`)
    const past = new Date(harness.clock.now().getTime() - 1000).toISOString()
    await insertEnrollment(harness, courseId, fourth.userId, { expires_at: past })
    const before = await read()
    assert.deepEqual([before.enrolled, before.averagePercent, before.asOf], [0, 0, null])

    const countedFrom = harness.clock.now().toISOString()
    await count(harness)
    const { asOf, ...numbers } = await read()
    assert.ok(asOf >= countedFrom && asOf <= harness.clock.now().toISOString())
    assert.deepEqual(numbers, {
      courseId,
      enrolled: 4,
      active: 2,
      withdrawn: 1,
      expired: 1,
      completed: 1,
      activeLast7Days: 2,
      activeLast30Days: 2,
      needsAttention: 0,
      completionPercent: 25,
      averagePercent: 37.5,
      averageTimeSpentSeconds: 0,
      rating: { average: null, reviews: 0 },
    })
    const review = { rating: 4, text: 'A good course, on the whole.' }
    assert.equal((await first.post(`/courses/${courseId}/reviews`, review)).statusCode, 201)
    assert.deepEqual((await read()).rating, { average: 4, reviews: 1 })
  })

  test('a run counts the courses that have changed and no other; the next day all of them', async (t) => {
    const { harness, owner } = await createSchool(t)
    const [quiet, busy] = [await makeCourse(owner, { lessons: [{}, {}] }), await makeCourse(owner)]
    const student = await harness.signUp('student')
    const quietId = await enroll(student, quiet.courseId)
    const busyId = await enroll(student, busy.courseId)
    await complete(student, quietId, quiet.lessonIds[0] ?? '')
    harness.clock.advance({ hours: 1 })
    await count(harness)
    harness.clock.advance({ hours: 1 })
    const firstCount = await computedAtOf(harness, quiet.courseId)
    await complete(await harness.signIn(student), busyId, ...busy.lessonIds)
    await count(harness)
    assert.equal(await computedAtOf(harness, quiet.courseId), firstCount, 'not counted again')
    assert.ok(String(await computedAtOf(harness, busy.courseId)) > String(firstCount))
    const read = async (id: string) => (await (await harness.signIn(owner)).get(`/courses/${id}/analytics`)).json()
    assert.equal((await read(busy.courseId)).completed, 1)
    assert.ok((await read(quiet.courseId)).asOf > String(firstCount), 'and yet known to be right')

    harness.clock.advance({ hours: 1 })
    await (await harness.signIn(student)).post(`/enrollments/${quietId}/withdraw`)
    await count(harness)
    assert.equal((await read(quiet.courseId)).withdrawn, 1)

    const secondCount = await computedAtOf(harness, busy.courseId)
    harness.clock.advance({ days: 7 })
    await count(harness)
    assert.ok(String(await computedAtOf(harness, busy.courseId)) > String(secondCount))
    const later = await read(busy.courseId)
    assert.deepEqual([later.activeLast7Days, later.activeLast30Days], [0, 1])
  })

  test('404 for whoever is not on the staff, 401 for visitors', async (t) => {
    const { harness, owner } = await createSchool(t)
    const { courseId } = await makeCourse(owner)
    const student = await harness.signUp('student')
    await enroll(student, courseId)
    const [stranger, administrator] = [await harness.signUp('instructor'), await harness.signUp('administrator')]
    for (const path of ['', '/daily', '/lessons', '/attention'].map(
      (part) => `/courses/${courseId}/analytics${part}`,
    )) {
      assert.equal((await stranger.get(path)).statusCode, 404)
      assert.equal((await student.get(path)).statusCode, 404)
      assert.equal((await administrator.get(path)).statusCode, 200)
      assert.equal((await harness.visitor.get(path)).statusCode, 401)
    }
    assert.equal((await administrator.get(`/courses/${crypto.randomUUID()}/analytics/daily`)).statusCode, 404)
  })
})

describe('GET /courses/:courseId/analytics/daily and /lessons', () => {
  test('200 ninety days that add up, each student once a day, whenever they are counted', async (t) => {
    const { harness, owner } = await createSchool(t)
    const { courseId, lessonIds } = await makeCourse(owner, { lessons: [{}, {}, {}] })
    const [early, late] = await signUpMany(harness, 2)
    assert.ok(early && late)
    const days = async () =>
      (await (await harness.signIn(owner)).get(`/courses/${courseId}/analytics/daily`)).json().days
    const summed = async () =>
      (await days())
        .filter((one: Record<string, number>) => one.activeStudents || one.enrollments)
        .map((one: Record<string, number>) => Object.values(one).slice(1))
    const enrollmentId = await enroll(early, courseId)
    await complete(early, enrollmentId, ...lessonIds.slice(0, 2))
    harness.clock.advance({ days: 3 })
    await complete(await harness.signIn(early), enrollmentId, ...lessonIds.slice(2))
    const lateId = await enroll(await harness.signIn(late), courseId)
    await complete(await harness.signIn(late), lateId, lessonIds[0] ?? '')
    assert.deepEqual(await summed(), [])
    await count(harness)
    //                 enrollments, completions, active students, lessons completed
    const expected = [
      [1, 0, 1, 2],
      [1, 1, 2, 2],
    ]
    assert.deepEqual(await summed(), expected)
    const series = await days()
    assert.equal(series.length, 90)
    assert.equal(series.at(-1).day, harness.clock.now().toISOString().slice(0, 10))

    harness.clock.advance({ days: 2 })
    await complete(await harness.signIn(late), lateId, lessonIds[1] ?? '')
    await count(harness)
    await count(harness)
    assert.deepEqual(await summed(), [...expected, [0, 0, 1, 1]])
    harness.clock.advance({ days: 86 })
    await count(harness)
    assert.deepEqual(await summed(), [...expected.slice(1), [0, 0, 1, 1]])
  })

  test('200 for each lesson who is through and who is at it, the median of measured time, and where students stop', async (t) => {
    const { harness, owner } = await createSchool(t)
    const { courseId, lessonIds } = await makeCourse(owner, { lessons: [{}, {}, {}] })
    await makeCourse(owner)
    const students = await signUpMany(harness, 4)
    for (const [index, student] of students.entries()) {
      const enrollmentId = await enroll(student, courseId)
      for (const lessonId of lessonIds.slice(0, index)) {
        harness.clock.advance({ seconds: 1 })
        await complete(student, enrollmentId, lessonId)
      }
    }
    // Of the three who completed the first lesson, two had their time measured.
    const enrollments = await harness.db.selectFrom('enrollment').select(['id', 'user_id']).execute()
    for (const [index, seconds] of [10, 500].entries()) {
      const id = enrollments.find((one) => one.user_id === students[index + 1]?.userId)?.id ?? ''
      await harness.db
        .updateTable('lesson_progress')
        .set({ time_spent_seconds: seconds })
        .where('enrollment_id', '=', id)
        .where('lesson_id', '=', lessonIds[0] ?? '')
        .execute()
    }
    const begun = enrollments.find((one) => one.user_id === students[0]?.userId)?.id
    assert.equal((await students[0]?.post(`/enrollments/${begun}/lessons/${lessonIds[0]}/heartbeat`))?.statusCode, 200)
    await count(harness)
    const read = async () =>
      (await (await harness.signIn(owner)).get(`/courses/${courseId}/analytics/lessons`))
        .json()
        .lessons.map((one: Record<string, unknown>) => [
          one.completed,
          one.inProgress,
          one.medianTimeSpentSeconds,
          one.stoppedHere,
        ])
    assert.deepEqual(await read(), [
      [3, 1, 10, 0],
      [2, 0, null, 0],
      [1, 0, null, 0],
    ])
    harness.clock.advance({ days: 15 })
    await count(harness)
    assert.deepEqual(
      (await read()).map((one: number[]) => one[3]),
      [2, 1, 0],
      'who has completed the course has not stopped',
    )
    const course = (await (await harness.signIn(owner)).get(`/courses/${courseId}/analytics`)).json()
    assert.equal(course.needsAttention, 3)
  })
})

describe('GET /courses/:courseId/analytics/attention', () => {
  test('200 exactly those whom the count means, longest silent first, a page at a time', async (t) => {
    const { harness, owner } = await createSchool(t)
    const { courseId, lessonIds } = await makeCourse(owner, { lessons: [{}, {}] })
    const [never, early, done, late, left] = await signUpMany(harness, 5)
    assert.ok(never && early && done && late && left)
    await enroll(never, courseId)
    await left.post(`/enrollments/${await enroll(left, courseId)}/withdraw`)
    await complete(done, await enroll(done, courseId), ...lessonIds)
    const [earlyId, lateId] = [await enroll(early, courseId), await enroll(late, courseId)]
    harness.clock.advance({ minutes: 5 })
    await complete(early, earlyId, lessonIds[0] ?? '')
    harness.clock.advance({ days: 10 })
    await complete(await harness.signIn(late), lateId, lessonIds[0] ?? '')
    harness.clock.advance({ days: 5 })
    const staff = await harness.signIn(owner)
    const path = `/courses/${courseId}/analytics/attention`
    const first = (await staff.get(`${path}?limit=1`)).json()
    const second = (await staff.get(`${path}?limit=1&cursor=${first.nextCursor}`)).json()
    const silent = [...first.items, ...second.items]
    assert.deepEqual(
      silent.map((one) => [one.user.id, one.percent, one.lastActivityAt === null]),
      [
        [never.userId, 0, true],
        [early.userId, 50, false],
      ],
    )
    assert.equal(second.nextCursor, null)
    await count(harness)
    assert.equal((await staff.get(`/courses/${courseId}/analytics`)).json().needsAttention, silent.length)
    assert.equal((await staff.get(`${path}?cursor=WzFd`)).statusCode, 400)
  })
})
