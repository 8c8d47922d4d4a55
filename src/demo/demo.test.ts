import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createPasswords } from '#modules/auth/index.ts'
import { outlineChanged } from '#modules/courses/index.ts'
import { formatDecimal } from '#platform/decimal/decimal.ts'
import { enqueueAll } from '#platform/jobs/outbox.ts'
import { createHarness, type Harness, testConfig } from '#support/harness.ts'
import { openStorage } from '../adapters.ts'
import { createDemo, type Demo } from './demo.ts'
import { writeFiles } from './stored-file.ts'
import { tablesInUse, writeDemo } from './write-demo.ts'

const PASSWORD = 'a password for tests'
const wishes = { seed: 7, students: 60, historyDays: 90, passwordHash: '-', now: new Date('2026-11-24T19:30:00Z') }

async function fill(harness: Harness): Promise<Demo> {
  const config = testConfig()
  const passwords = createPasswords({ memoryKib: config.PASSWORD_HASH_MEMORY_KIB, passes: config.PASSWORD_HASH_PASSES })
  const passwordHash = await passwords.hashPassword(PASSWORD)
  const demo = createDemo({ ...wishes, now: harness.clock.now(), passwordHash })
  await writeFiles(await openStorage(testConfig({ DATA_DIR: harness.dataDirectory })), demo.rows, demo.files)
  await writeDemo(harness.db, demo.rows)
  return demo
}

async function logIn(harness: Harness, email: string | undefined) {
  const response = await harness.visitor.post('/auth/login', { email, password: PASSWORD })
  assert.equal(response.statusCode, 200, response.body)
  return { authorization: `Bearer ${response.json().accessToken}` }
}

describe('the demo', () => {
  test('is the same for the same seed and moment, and another for another seed', () => {
    assert.deepEqual(createDemo(wishes).rows, createDemo(wishes).rows)
    assert.notDeepEqual(createDemo({ ...wishes, seed: 8 }).rows, createDemo(wishes).rows)
  })

  test('stores the progress that recomputing makes of it', async (t) => {
    const harness = await createHarness(t)
    const { rows } = await fill(harness)
    const stored = () => harness.db.selectFrom('course_progress').selectAll().orderBy('enrollment_id').execute()
    const events = () => harness.db.selectFrom('enrollment_event').select('id').orderBy('id').execute()
    const before = { progress: await stored(), events: await events() }
    assert.equal(before.progress.length, rows.enrollment.length)
    await enqueueAll(
      harness.db,
      outlineChanged,
      rows.course.map(({ id }) => ({ courseId: id })),
      harness.clock.now(),
    )
    await harness.runJobs()
    assert.deepEqual({ progress: await stored(), events: await events() }, before)
  })

  test('200 for each of the three logins, which see what belongs to them', async (t) => {
    const harness = await createHarness(t)
    const { people } = await fill(harness)
    const student = await logIn(harness, people.students[0]?.email)
    const mine = (await harness.visitor.get('/enrollments', student)).json().items
    assert.ok(mine.length >= 2, 'the student whose login is shown has something to show')
    const progress = await harness.visitor.get(`/enrollments/${mine[0].id}/progress`, student)
    assert.equal(progress.json().percent, mine[0].progress.percent)
    const instructor = await logIn(harness, people.instructors[0]?.email)
    assert.ok((await harness.visitor.get('/courses?mine=true', instructor)).json().items.length > 0)
    const administrator = await logIn(harness, people.administrator.email)
    for (const status of ['draft', 'archived']) {
      const courses = await harness.visitor.get(`/courses?status=${status}`, administrator)
      assert.equal(courses.json().items.length, 1, courses.body)
    }
    const found = await harness.visitor.get(`/courses?q=${encodeURIComponent('旅行')}`)
    assert.equal(found.json().items.length, 1, 'the catalogue can be searched')
  })

  test('has reviews that only those wrote who may, and ratings that are their sums', async (t) => {
    const harness = await createHarness(t)
    const { rows, people } = await fill(harness)
    assert.ok(rows.review.length > 20, `${rows.review.length} reviews`)
    for (const review of rows.review) {
      const progress = rows.course_progress.find((row) => row.enrollment_id === review.enrollment_id)
      assert.ok(Number(progress?.percent) >= 20 && review.created_at <= harness.clock.now().toISOString())
    }
    const published = rows.course.filter(({ status }) => status === 'published').map(({ id }) => id)
    const review = rows.review.find((row) => published.includes(row.course_id))
    const path = `/courses/${review?.course_id}`
    const { average, count } = (await harness.visitor.get(`${path}/rating`)).json()
    assert.equal(count, rows.review.filter((row) => row.course_id === review?.course_id).length)
    assert.ok(average >= 1 && average <= 5)
    const author = await logIn(harness, people.students.find(({ id }) => id === review?.user_id)?.email)
    const again = { rating: 1, text: 'A second opinion of the same person.' }
    const refused = await harness.visitor.post(`${path}/reviews`, again, author)
    assert.equal(refused.statusCode, 409, refused.body)
  })

  test('has a file lesson whose file is there', async (t) => {
    const harness = await createHarness(t)
    const { rows, people } = await fill(harness)
    const lesson = rows.lesson.find(({ type }) => type === 'file')
    const owner = people.instructors.find(({ id }) => id === rows.stored_file[0]?.owner_id)
    const headers = await logIn(harness, owner?.email)
    const { content } = (await harness.visitor.get(`/lessons/${lesson?.id}`, headers)).json()
    const file = await harness.visitor.get(`/files/${content.fileId ?? content.file?.id}/content`, headers)
    assert.equal(file.statusCode, 200, file.body)
    assert.match(file.body, /^city,year,rent_eur/)
    assert.equal(file.rawPayload.length, rows.stored_file[0]?.size_bytes)
  })

  test('has attempts, hand-ins and grades that add up, and lessons that are complete because of them', () => {
    const { rows } = createDemo(wishes)
    assert.ok(rows.attempt.length > 50 && rows.submission.length > 10, `${rows.attempt.length} attempts`)
    const answersOf = Map.groupBy(rows.attempt_answer, (row) => row.attempt_id)
    for (const { id, points, points_possible, is_passed, started_at, submitted_at } of rows.attempt) {
      const answers = answersOf.get(id) ?? []
      const earned = answers.reduce((sum, row) => sum + (row.points ?? 0), 0)
      assert.deepEqual([points, is_passed], [earned, earned * 10 >= points_possible * 6])
      const saved = answers.map((row) => row.saved_at ?? '').sort()
      assert.ok(started_at <= (saved[0] ?? '') && (saved.at(-1) ?? '') <= (submitted_at ?? ''))
    }
    const itemOf = new Map(rows.grade_item.map((row) => [row.source_id, row.id]))
    const gradeOf = new Map(rows.grade.map((row) => [`${row.enrollment_id} ${row.item_id}`, row]))
    for (const { quiz_id, enrollment_id } of rows.attempt) {
      const attempts = rows.attempt.filter((row) => row.quiz_id === quiz_id && row.enrollment_id === enrollment_id)
      const grade = gradeOf.get(`${enrollment_id} ${itemOf.get(quiz_id)}`)
      assert.equal(grade?.points, Math.max(...attempts.map((row) => row.points ?? 0)))
    }
    const lessonOf = new Map(rows.quiz.map((row) => [row.id, row.lesson_id]))
    const passed = [
      ...rows.attempt.filter((row) => row.is_passed).map((row) => `${row.enrollment_id} ${lessonOf.get(row.quiz_id)}`),
      ...rows.submission
        .filter((row) => (row.points ?? 0) >= 100_000)
        .map((row) => `${row.enrollment_id} ${row.lesson_id}`),
    ]
    const pass = new Set(rows.lesson.filter((row) => row.completion_rule === 'pass').map(({ id }) => id))
    const complete = rows.lesson_progress.filter((row) => row.completed_at && pass.has(row.lesson_id))
    assert.deepEqual(passed.sort(), complete.map((row) => `${row.enrollment_id} ${row.lesson_id}`).sort())
    for (const grade of rows.grade) {
      const events = rows.grade_event.filter(
        (row) => row.enrollment_id === grade.enrollment_id && row.item_id === grade.item_id,
      )
      assert.equal(events.length, grade.version)
      assert.equal(JSON.parse(events.at(-1)?.values_after ?? '{}').points, formatDecimal(grade.points ?? 0))
    }
  })

  test('200 for gradebooks, attempts and hand-ins, as their owner and their student see them', async (t) => {
    const harness = await createHarness(t)
    const { rows, people } = await fill(harness)
    const quiz = rows.quiz.find(({ id }) => rows.attempt.some((row) => row.quiz_id === id))
    const attempt = rows.attempt.find((row) => row.quiz_id === quiz?.id)
    const staff = rows.course_staff.find((row) => row.course_id === quiz?.course_id && row.staff_role === 'owner')
    const owner = await logIn(harness, people.instructors.find(({ id }) => id === staff?.user_id)?.email)
    const student = await logIn(harness, people.students.find(({ id }) => id === attempt?.student_id)?.email)
    const ok = async (path: string, headers: { authorization: string }) => {
      const response = await harness.visitor.get(path, headers)
      assert.equal(response.statusCode, 200, `${path} ${response.body}`)
      return response.json()
    }
    const { items } = await ok(`/courses/${quiz?.course_id}/gradebook?limit=500&withdrawn=true`, owner)
    const mine = await ok(`/courses/${quiz?.course_id}/grades/me`, student)
    const row = items.find((one: { enrollmentId: string }) => one.enrollmentId === attempt?.enrollment_id)
    assert.ok(mine.current.percent !== null)
    assert.deepEqual([row.current, row.final], [mine.current, mine.final])
    assert.equal((await ok(`/attempts/${attempt?.id}`, student)).shown, 'solutions')
    const journal = (await ok(`/attempts/${attempt?.id}/journal`, owner)).items
    assert.deepEqual([journal[0].event, journal.at(-1).event], ['started', 'graded'])
    await ok(`/quizzes/${quiz?.id}/item-analysis`, owner)
    const submission = rows.submission[0]
    const grader = await logIn(harness, people.administrator.email)
    const seen = await ok(`/submissions/${submission?.id}`, grader)
    assert.equal(seen.id, submission?.id)
  })

  test('has a past in which nobody did what the product refuses', () => {
    const { rows } = createDemo(wishes)
    const now = wishes.now.toISOString()
    const moments = [
      ...rows.enrollment_event.map((row) => row.occurred_at),
      ...rows.audit_event.map((row) => row.occurred_at),
      ...rows.lesson_progress.map((row) => row.last_activity_at),
      ...rows.attempt_event.map((row) => row.occurred_at),
      ...rows.grade_event.map((row) => row.occurred_at),
    ]
    assert.deepEqual(
      moments.filter((moment) => moment > now),
      [],
    )
    for (const { id, capacity } of rows.course) {
      const taken = rows.enrollment.filter((row) => row.course_id === id).length
      assert.ok(taken <= (capacity ?? Infinity), `${taken} of ${capacity} seats are taken`)
    }
    for (const { course_id, required_course_id } of rows.course_prerequisite) {
      for (const enrollment of rows.enrollment.filter((row) => row.course_id === course_id)) {
        const before = rows.enrollment.find(
          (row) => row.course_id === required_course_id && row.user_id === enrollment.user_id,
        )
        const completion = rows.enrollment_event.find(
          (event) => event.enrollment_id === before?.id && event.event === 'completed',
        )
        assert.ok(completion && completion.occurred_at < enrollment.enrolled_at)
      }
    }
  })

  test('adds up: the days of a student are the lessons of that student', () => {
    const { rows } = createDemo(wishes)
    const spent = rows.lesson_progress.reduce((sum, row) => sum + (row.time_spent_seconds ?? 0), 0)
    const days = rows.learning_day.reduce((sum, row) => sum + (row.time_spent_seconds ?? 0), 0)
    assert.ok(spent > 0)
    assert.equal(days, spent)
    assert.equal(
      rows.learning_day.reduce((sum, row) => sum + (row.lessons_completed ?? 0), 0),
      rows.lesson_progress.filter((row) => row.completed_at).length,
    )
  })

  test('goes only into an empty database, and as a whole or not at all', async (t) => {
    const harness = await createHarness(t)
    assert.deepEqual(await tablesInUse(harness.db), [])
    const { rows } = createDemo({ ...wishes, students: 3 })
    const broken = { ...rows, audit_event: [...rows.audit_event, ...rows.audit_event.slice(0, 1)] }
    await assert.rejects(writeDemo(harness.db, broken))
    assert.deepEqual(await tablesInUse(harness.db), [])
    await writeDemo(harness.db, rows)
    assert.deepEqual(await tablesInUse(harness.db), ['user_account', 'course', 'audit_event'])
  })
})
