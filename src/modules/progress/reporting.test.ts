import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { outlineChanged } from '#modules/courses/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { enqueue } from '#platform/jobs/outbox.ts'
import { createMetrics } from '#platform/metrics/metrics.ts'
import { makeCourse } from '#support/courses.ts'
import { complete, enroll, eventsOf, insertStudents } from '#support/enrollments.ts'
import { createHarness, type Harness, mailsTo, type Person } from '#support/harness.ts'
import { createProgress } from './index.ts'

const essay = { type: 'assignment', title: 'Essay', content: {} }

async function progressOf(student: Person, enrollmentId: string) {
  const response = await student.get(`/enrollments/${enrollmentId}/progress`)
  assert.equal(response.statusCode, 200, response.body)
  return response.json()
}

/** An edit of the course as the database sees it, with the job that the edit enqueues. */
async function archiveLesson({ db, runJobs, clock }: Harness, lessonId: string) {
  await db.updateTable('lesson').set({ status: 'archived' }).where('id', '=', lessonId).execute()
  await changedOutline({ db, runJobs, clock }, lessonId)
}

async function changedOutline({ db, runJobs, clock }: Pick<Harness, 'db' | 'runJobs' | 'clock'>, lessonId: string) {
  const { course_id } = await db
    .selectFrom('lesson')
    .select('course_id')
    .where('id', '=', lessonId)
    .executeTakeFirstOrThrow()
  await enqueue(db, outlineChanged, { courseId: course_id }, clock.now())
  await runJobs()
}

describe('GET /enrollments/:enrollmentId/progress', () => {
  test('200 says why, in words and as data: what each lesson waits for', async (t) => {
    const harness = await createHarness(t)
    const owner = await harness.signUp('instructor')
    const { courseId, moduleId, lessonIds } = await makeCourse(owner, {
      lessons: [
        { title: 'Intro' },
        { title: 'Extra', isRequired: false },
        { title: 'Video', completionRule: 'time', completionSeconds: 125 },
        essay,
        { title: 'Later', releaseAfterDays: 2 },
        { title: 'After', isRequired: false },
      ],
    })
    const [intro, , , essayId, , after] = lessonIds
    await harness.db
      .insertInto('lesson_prerequisite')
      .values({ lesson_id: after ?? '', required_lesson_id: essayId ?? '' })
      .execute()
    const draft = { type: 'page', title: 'Draft', content: { format: 'markdown', source: '.' } }
    await owner.post(`/modules/${moduleId}/lessons`, draft)
    const student = await harness.signUp('student')
    const enrollmentId = await enroll(student, courseId)
    const opensAt = new Date(
      Date.parse((await student.get(`/enrollments/${enrollmentId}`)).json().enrolledAt) + 2 * 86_400_000,
    )
    await complete(student, enrollmentId, intro ?? '')

    const progress = await progressOf(student, enrollmentId)
    assert.deepEqual(
      [progress.percent, progress.completedLessons, progress.requiredLessons, progress.completedAt],
      [25, 1, 4, null],
    )
    assert.equal(
      progress.explanation,
      `25 % (1 of 4 required lessons): “Video” needs 2 min 5 s more; “Essay” needs a pass; “Later” opens at ${opensAt.toISOString()}.`,
    )
    assert.deepEqual(
      progress.remaining.map((one: { title: string; needs: string }) => [one.title, one.needs]),
      [
        ['Video', 'time'],
        ['Essay', 'pass'],
        ['Later', 'mark'],
      ],
    )
    assert.deepEqual(
      progress.lessons.map((one: { title: string; state: string }) => [one.title, one.state]),
      [
        ['Intro', 'completed'],
        ['Extra', 'not-started'],
        ['Video', 'not-started'],
        ['Essay', 'not-started'],
        ['Later', 'locked'],
        ['After', 'locked'],
      ],
    )
    assert.deepEqual(progress.lessons[4].lock, { reason: 'release', opensAt: opensAt.toISOString(), missing: [] })
    assert.deepEqual(progress.lessons[5].lock, {
      reason: 'prerequisite',
      opensAt: null,
      missing: [{ id: essayId, title: 'Essay' }],
    })
    assert.equal(progress.lessons[2].secondsMissing, 125)
    assert.equal(progress.nextLessonId, lessonIds[1])
  })

  test('200 for staff and administrators; 404 for strangers and unknown ids; 401 for visitors', async (t) => {
    const harness = await createHarness(t)
    const owner = await harness.signUp('instructor')
    const { courseId } = await makeCourse(owner)
    const student = await harness.signUp('student')
    const path = `/enrollments/${await enroll(student, courseId)}/progress`
    for (const reader of [student, owner, await harness.signUp('administrator')]) {
      assert.equal((await reader.get(path)).statusCode, 200)
    }
    for (const stranger of [await harness.signUp('student'), await harness.signUp('instructor')]) {
      assert.equal((await stranger.get(path)).statusCode, 404)
    }
    assert.equal((await student.get(`/enrollments/${randomUUID()}/progress`)).statusCode, 404)
    assert.equal((await harness.visitor.get(path)).statusCode, 401)
  })

  test('200 takes as many statements for 60 lessons as for one', async (t) => {
    let statements = 0
    const harness = await createHarness(t, { observe: () => void statements++ })
    const owner = await harness.signUp('instructor')
    const student = await harness.signUp('student')
    const counts: number[] = []
    for (const length of [1, 60]) {
      const { courseId } = await makeCourse(owner, { lessons: Array.from({ length }, () => ({})) })
      const enrollmentId = await enroll(student, courseId)
      statements = 0
      await progressOf(student, enrollmentId)
      counts.push(statements)
    }
    assert.equal(counts[0], counts[1])
    assert.ok((counts[0] ?? 9) <= 4, `${counts[0]} statements`)
  })

  test('a quiz or assignment is completed by the part that decides about it, and completes the course', async (t) => {
    const harness = await createHarness(t)
    const { courseId, lessonIds } = await makeCourse(await harness.signUp('instructor'), { lessons: [essay] })
    const student = await harness.signUp('student')
    const enrollmentId = await enroll(student, courseId)
    const { completeLesson } = createProgress({
      ...harness,
      now: harness.clock.now,
      newId: randomUUID,
      metrics: createMetrics(),
    })
    const pass = { enrollmentId, lessonId: lessonIds[0] ?? '' }
    await inTransaction(harness.db, (tx) => completeLesson(tx, pass, harness.clock.now()))
    const progress = await progressOf(student, enrollmentId)
    assert.equal(progress.percent, 100)
    assert.match(progress.explanation, /^100 %: completed at \d{4}-/)
  })
})

describe('progress after the course was edited', () => {
  test('a lesson that is added takes no completion back, and is told', async (t) => {
    const harness = await createHarness(t)
    const owner = await harness.signUp('instructor')
    const { courseId, moduleId, lessonIds } = await makeCourse(owner, { lessons: [{}, {}] })
    const [done, halfway] = [await harness.signUp('student'), await harness.signUp('student')]
    const doneId = await enroll(done, courseId)
    const halfwayId = await enroll(halfway, courseId)
    const { completedAt } = (await complete(done, doneId, ...lessonIds)) ?? {}
    await complete(halfway, halfwayId, lessonIds[0] ?? '')
    const added = { type: 'page', title: 'News', content: { format: 'markdown', source: '.' }, status: 'published' }
    const addedId = (await owner.post(`/modules/${moduleId}/lessons`, added)).json().id
    await harness.runJobs()

    const progress = await progressOf(done, doneId)
    assert.deepEqual([progress.percent, progress.completedAt, progress.requiredLessons], [100, completedAt, 3])
    assert.deepEqual(progress.addedSinceCompletion, [{ lessonId: addedId, title: 'News' }])
    assert.match(progress.explanation, /Required only since then, and taking nothing back: “News”\.$/)
    const [mine] = (await done.get('/enrollments')).json().items
    assert.deepEqual([mine.progress.percent, mine.progress.completedAt], [100, completedAt])
    assert.equal((await halfway.get('/enrollments')).json().items[0].progress.percent, 33)
    assert.equal((await progressOf(halfway, halfwayId)).percent, 33)
  })

  test('removing the last missing lesson completes who had done the rest, once; not who has left', async (t) => {
    const harness = await createHarness(t)
    const { courseId, lessonIds } = await makeCourse(await harness.signUp('instructor'), { lessons: [{}, essay] })
    const [stayed, left, idle] = [
      await harness.signUp('student'),
      await harness.signUp('student'),
      await harness.signUp('student'),
    ]
    const ids = [await enroll(stayed, courseId), await enroll(left, courseId), await enroll(idle, courseId)] as const
    await complete(stayed, ids[0], lessonIds[0] ?? '')
    await complete(left, ids[1], lessonIds[0] ?? '')
    await left.post(`/enrollments/${ids[1]}/withdraw`)
    await archiveLesson(harness, lessonIds[1] ?? '')
    await archiveLesson(harness, lessonIds[1] ?? '')

    assert.ok((await progressOf(stayed, ids[0])).completedAt)
    assert.equal((await progressOf(left, ids[1])).completedAt, null)
    assert.equal((await progressOf(idle, ids[2])).percent, 0)
    assert.deepEqual(await eventsOf(stayed, ids[0]), ['enrolled', 'completed'])
    assert.equal(mailsTo(harness, stayed).filter((text) => text.includes('Congratulations')).length, 1)
    assert.match(await harness.metrics.metrics(), /lms_course_completions_total 1/)
    // Coming back, the student finds everything done that is required now.
    await enroll(left, courseId)
    assert.deepEqual(await eventsOf(left, ids[1]), ['enrolled', 'withdrawn', 'returned', 'completed'])
  })

  test('a course whose required lessons are all removed completes nobody', async (t) => {
    const harness = await createHarness(t)
    const { courseId, lessonIds } = await makeCourse(await harness.signUp('instructor'))
    const student = await harness.signUp('student')
    const enrollmentId = await enroll(student, courseId)
    await archiveLesson(harness, lessonIds[0] ?? '')
    const progress = await progressOf(student, enrollmentId)
    assert.deepEqual([progress.percent, progress.completedAt], [0, null])
    assert.equal(progress.explanation, '0 %: the course has no required lessons yet.')
  })

  test('an edit reaches every enrollment, a batch at a time, while students go on', async (t) => {
    const harness = await createHarness(t)
    const owner = await harness.signUp('instructor')
    const { courseId, lessonIds } = await makeCourse(owner, { lessons: [{}, {}, {}] })
    const people = await insertStudents(harness, 450)
    await owner.post(`/courses/${courseId}/enrollments/bulk`, { rows: people.map((userId) => ({ userId })) })
    const student = await harness.signUp('student')
    const enrollmentId = await enroll(student, courseId)
    await complete(student, enrollmentId, lessonIds[0] ?? '')
    await harness.db.deleteFrom('job').execute()
    await harness.db
      .updateTable('lesson')
      .set({ is_required: false })
      .where('id', '=', lessonIds[2] ?? '')
      .execute()
    await enqueue(harness.db, outlineChanged, { courseId }, harness.clock.now())
    const [names] = await Promise.all([harness.runJobs(), complete(student, enrollmentId, lessonIds[1] ?? '')])
    assert.equal(names.filter((name) => name === 'progress.recompute-enrollments').length, 3)
    const rows = await harness.db.selectFrom('course_progress').select(['required_lessons', 'completed_at']).execute()
    assert.deepEqual(new Set(rows.map((row) => row.required_lessons)), new Set([2]))
    assert.equal(rows.filter((row) => row.completed_at !== null).length, 1)
    await harness.runJobs()
    assert.deepEqual(await eventsOf(student, enrollmentId), ['enrolled', 'completed'])
  })

  test('a lesson that was completed stays completed and readable, though a condition was added since', async (t) => {
    const harness = await createHarness(t)
    const { courseId, lessonIds } = await makeCourse(await harness.signUp('instructor'), { lessons: [{}, {}, {}] })
    const [first = '', second = '', third = ''] = lessonIds
    const student = await harness.signUp('student')
    const enrollmentId = await enroll(student, courseId)
    await complete(student, enrollmentId, second)
    const edges = [second, third].map((lessonId) => ({ lesson_id: lessonId, required_lesson_id: first }))
    await harness.db.insertInto('lesson_prerequisite').values(edges).execute()
    const states = (await progressOf(student, enrollmentId)).lessons.map((one: { state: string }) => one.state)
    assert.deepEqual(states, ['not-started', 'completed', 'locked'])
    assert.equal((await student.get(`/lessons/${second}`)).statusCode, 200)
    assert.equal((await student.get(`/lessons/${third}`)).statusCode, 403)
    await complete(student, enrollmentId, second)
  })
})
