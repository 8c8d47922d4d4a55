import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { enroll } from '#support/enrollments.ts'
import { type ApiClient, createHarness, type Harness, mailsTo, type Person } from '#support/harness.ts'
import { journalOf, makeQuiz, type QuizWishes, save, start, submit } from '#support/quizzes.ts'

/** A course with a quiz of two essays and a statement, all worth a point, and an instructor who owns it. */
async function setUp(harness: Harness, wishes: QuizWishes = {}) {
  const owner = await harness.signUp('instructor')
  const quiz = await makeQuiz(owner, {
    questions: ['essay', 'true-false', 'essay'],
    ...wishes,
    quiz: { passingPercent: '50', attemptsAllowed: null, ...wishes.quiz },
  })
  return { owner, ...quiz }
}

/** A student who has handed in both essays and the right answer to the statement. */
async function handIn(harness: Harness, { courseId, quizId }: { courseId: string; quizId: string }, name?: string) {
  const student = await harness.signUp('student', name)
  const enrollmentId = await enroll(student, courseId)
  return { student, enrollmentId, attemptId: await handInAgain(student, quizId) }
}

async function handInAgain(student: ApiClient, quizId: string): Promise<string> {
  const { id } = await start(student, quizId)
  await save(student, id, 1, 1, { text: 'Ice is less dense.' })
  await save(student, id, 2, 2, { value: true })
  await save(student, id, 3, 3, { text: 'So it floats.' })
  const { status } = await submit(student, id)
  assert.equal(status, 'awaiting-grading')
  return id
}

const grade = (grader: ApiClient, attemptId: string, position: number, body: object, etag?: string) =>
  grader.put(`/attempts/${attemptId}/answers/${position}/grading`, body, etag ? { 'if-match': etag } : {})

async function waiting(grader: ApiClient, courseId: string, query = '') {
  const response = await grader.get(`/courses/${courseId}/grading-queue${query}`)
  assert.equal(response.statusCode, 200, response.body)
  return response.json()
}

/** The mails to this student that say `words`, without their line breaks. */
function told(harness: Harness, student: Person, words: string): string[] {
  return mailsTo(harness, student)
    .map((text) => text.replaceAll(/\s+/g, ' '))
    .filter((text) => text.includes(words))
}

async function assistantOf(harness: Harness, owner: ApiClient, courseId: string): Promise<Person> {
  const assistant = await harness.signUp('student')
  const added = await owner.post(`/courses/${courseId}/staff`, {
    email: assistant.email,
    staffRole: 'teaching-assistant',
  })
  assert.equal(added.statusCode, 201, added.body)
  return assistant
}

describe('the queue of what waits for a grader', () => {
  test('200 the oldest first, in pages, by quiz, and without what is graded', async (t) => {
    const harness = await createHarness(t)
    const course = await setUp(harness)
    const first = await handIn(harness, course, 'Ada')
    harness.clock.advance({ minutes: 1 })
    const second = await handIn(harness, course, 'Bob')
    const { items } = await waiting(course.owner, course.courseId)
    assert.deepEqual(
      items.map((one: { attemptId: string; position: number }) => [one.attemptId, one.position]),
      [
        [first.attemptId, 1],
        [first.attemptId, 3],
        [second.attemptId, 1],
        [second.attemptId, 3],
      ],
    )
    assert.deepEqual([items[0].student.fullName, items[0].quizTitle, items[0].pointsPossible], ['Ada', 'Quiz', '1'])
    const page = await waiting(course.owner, course.courseId, '?limit=3')
    const rest = await waiting(course.owner, course.courseId, `?limit=3&cursor=${page.nextCursor}`)
    assert.deepEqual([page.items.length, rest.items.length, rest.nextCursor], [3, 1, null])
    assert.equal((await waiting(course.owner, course.courseId, `?quizId=${crypto.randomUUID()}`)).items.length, 0)
    await grade(course.owner, first.attemptId, 1, { points: '1' })
    assert.equal((await waiting(course.owner, course.courseId)).items.length, 3)
    assert.equal((await course.owner.get(`/courses/${course.courseId}/grading-queue?cursor=x`)).statusCode, 400)
  })

  test('the metrics tell how many attempts wait and for how long', async (t) => {
    const harness = await createHarness(t)
    const course = await setUp(harness)
    harness.clock.freeze()
    const { attemptId } = await handIn(harness, course)
    harness.clock.advance({ minutes: 10 })
    const backlog = await harness.metrics.metrics()
    assert.match(backlog, /lms_quiz_attempts_awaiting_grading 1\n/)
    assert.match(backlog, /lms_quiz_grading_oldest_seconds 600\n/)
    for (const position of [1, 3]) await grade(course.owner, attemptId, position, { points: '1' })
    assert.match(
      await harness.metrics.metrics(),
      /lms_quiz_attempts_graded_total\{mode="graded",outcome="passed"\} 1\n/,
    )
  })
})

describe('grading by hand', () => {
  test('200 the last answer completes the attempt, its grade, the lesson and the mail; nothing does before', async (t) => {
    const harness = await createHarness(t)
    const course = await setUp(harness)
    const { student, enrollmentId, attemptId } = await handIn(harness, course)
    const first = await grade(course.owner, attemptId, 1, { points: '0.25', feedback: ' Say why. ' })
    assert.equal(first.statusCode, 200, first.body)
    assert.deepEqual([first.json().points, first.json().isCorrect, first.json().feedback], ['0.25', false, 'Say why.'])
    await harness.runJobs()
    assert.deepEqual(
      [told(harness, student, 'has been graded').length, (await student.get(`/attempts/${attemptId}`)).json().status],
      [0, 'awaiting-grading'],
    )

    assert.equal((await grade(course.owner, attemptId, 3, { points: '1' })).statusCode, 200)
    const attempt = (await student.get(`/attempts/${attemptId}`)).json()
    assert.deepEqual([attempt.status, attempt.points, attempt.isPassed], ['graded', '2.25', true])
    const { percent } = (await student.get(`/enrollments/${enrollmentId}/progress`)).json()
    assert.equal(percent, 100)
    const stored = await harness.db
      .selectFrom('grade')
      .select('points')
      .where('enrollment_id', '=', enrollmentId)
      .executeTakeFirst()
    assert.equal(stored?.points, 22_500)
    await harness.runJobs()
    assert.match(told(harness, student, 'has been graded').join(), /2\.25 of 3 points.*You have passed/)
    const graded = (await journalOf(course.owner, attemptId)).filter(
      ({ event }: { event: string }) => event === 'graded',
    )
    assert.deepEqual(
      graded.map(({ actorId }: { actorId: string }) => actorId),
      [course.owner.userId],
    )
  })

  test('200 graded again the result changes, with its history and a mail; the same again changes nothing', async (t) => {
    const harness = await createHarness(t)
    const course = await setUp(harness)
    const { student, attemptId } = await handIn(harness, course)
    const assistant = await assistantOf(harness, course.owner, course.courseId)
    await grade(course.owner, attemptId, 1, { points: '1' })
    await grade(course.owner, attemptId, 3, { points: '0' })
    await harness.runJobs()
    const changed = await grade(assistant, attemptId, 3, { points: '0.5', feedback: 'Looked again.' })
    assert.equal(changed.statusCode, 200, changed.body)
    const { history } = changed.json()
    assert.deepEqual(
      history.map((one: Record<string, unknown>) => [one.pointsBefore, one.pointsAfter, one.feedback]),
      [
        [null, '0', null],
        ['0', '0.5', 'Looked again.'],
      ],
    )
    assert.equal(history[1].gradedBy.id, assistant.userId)
    const { db } = harness
    await assert.rejects(db.updateTable('answer_grade').set({ points_after: 0 }).execute(), /append-only/)
    await assert.rejects(db.deleteFrom('answer_grade').execute(), /append-only/)
    const again = await grade(assistant, attemptId, 3, { points: '0.5', feedback: 'Looked again.' })
    assert.deepEqual([again.json().history.length, again.headers.etag], [2, changed.headers.etag])
    assert.equal((await student.get(`/attempts/${attemptId}`)).json().points, '2.5')
    await harness.runJobs()
    const mails = told(harness, student, 'your result has changed')
    assert.deepEqual([mails.length, mails[0]?.includes('2.5 of 3 points')], [1, true])
  })

  test('200 what a computer graded can be graded by hand too', async (t) => {
    const harness = await createHarness(t)
    const course = await setUp(harness)
    const { student, attemptId } = await handIn(harness, course)
    for (const position of [1, 2, 3]) await grade(course.owner, attemptId, position, { points: '0' })
    const attempt = (await student.get(`/attempts/${attemptId}`)).json()
    assert.deepEqual([attempt.points, attempt.isPassed], ['0', false])
  })

  test('412 for all but one of the graders who decide about the same answer at once', async (t) => {
    const harness = await createHarness(t)
    const course = await setUp(harness)
    const { attemptId } = await handIn(harness, course)
    const assistant = await assistantOf(harness, course.owner, course.courseId)
    const read = await course.owner.get(`/attempts/${attemptId}/answers/1/grading`)
    const etag = String(read.headers.etag)
    const both = await Promise.all([
      grade(course.owner, attemptId, 1, { points: '1' }, etag),
      grade(assistant, attemptId, 1, { points: '0' }, etag),
    ])
    assert.deepEqual(both.map(({ statusCode }) => statusCode).sort(), [200, 412])
    const after = (await assistant.get(`/attempts/${attemptId}/answers/1/grading`)).json()
    assert.equal(after.history.length, 1)
    // Another answer of the same attempt is another thing.
    const other = await course.owner.get(`/attempts/${attemptId}/answers/3/grading`)
    assert.equal((await grade(assistant, attemptId, 1, { points: '0.5' })).statusCode, 200)
    assert.equal((await grade(course.owner, attemptId, 3, { points: '1' }, String(other.headers.etag))).statusCode, 200)
  })

  test('200 both of two graders who grade the two last answers at once; the attempt is graded once', async (t) => {
    const harness = await createHarness(t)
    const course = await setUp(harness)
    const { student, attemptId } = await handIn(harness, course)
    const assistant = await assistantOf(harness, course.owner, course.courseId)
    const both = await Promise.all([
      grade(course.owner, attemptId, 1, { points: '1' }),
      grade(assistant, attemptId, 3, { points: '1' }),
    ])
    assert.deepEqual(
      both.map(({ statusCode }) => statusCode),
      [200, 200],
    )
    await harness.runJobs()
    assert.equal(told(harness, student, 'has been graded').length, 1)
    assert.equal((await student.get(`/attempts/${attemptId}`)).json().points, '3')
  })

  test('409 while the attempt is open; reopened and handed in again it waits again', async (t) => {
    const harness = await createHarness(t)
    const course = await setUp(harness)
    const { student, attemptId } = await handIn(harness, course)
    await grade(course.owner, attemptId, 1, { points: '1' })
    const reopened = await course.owner.post(`/attempts/${attemptId}/reopen`, { reason: 'Fire alarm.', minutes: 10 })
    assert.equal(reopened.statusCode, 200, reopened.body)
    const early = await grade(course.owner, attemptId, 1, { points: '1' })
    assert.deepEqual([early.statusCode, early.json().type], [409, '/problems/quizzes/attempt-open'])
    await submit(student, attemptId)
    assert.equal((await waiting(course.owner, course.courseId)).items.length, 2)
  })

  test('400 for more points than there are and for what are no points; nothing is stored', async (t) => {
    const harness = await createHarness(t)
    const course = await setUp(harness)
    const { attemptId } = await handIn(harness, course)
    for (const body of [{ points: '1.0001' }, { points: '-1' }, { points: 1 }, {}, { points: '1', status: 'graded' }]) {
      const response = await grade(course.owner, attemptId, 1, body)
      assert.equal(response.statusCode, 400, JSON.stringify(body))
    }
    assert.equal((await waiting(course.owner, course.courseId)).items.length, 2)
  })

  test('403 for who may not grade and for who would grade himself, 404 for who may not know, 401 for visitors', async (t) => {
    const harness = await createHarness(t)
    const course = await setUp(harness)
    const { student, attemptId } = await handIn(harness, course)
    const stranger = await harness.signUp('instructor')
    const address = `/attempts/${attemptId}/answers/1/grading`
    assert.equal((await harness.visitor.get(address)).statusCode, 401)
    assert.equal((await stranger.get(address)).statusCode, 404)
    assert.equal((await student.get(address)).statusCode, 403)
    assert.equal((await grade(student, attemptId, 1, { points: '1' })).statusCode, 403)
    assert.equal((await grade(stranger, attemptId, 1, { points: '1' })).statusCode, 404)
    assert.equal((await grade(course.owner, attemptId, 9, { points: '1' })).statusCode, 404)
    assert.equal((await grade(course.owner, crypto.randomUUID(), 1, { points: '1' })).statusCode, 404)
    for (const caller of [student, stranger]) {
      assert.equal((await caller.get(`/courses/${course.courseId}/grading-queue`)).statusCode, 403)
    }
    await course.owner.post(`/courses/${course.courseId}/staff`, {
      email: student.email,
      staffRole: 'teaching-assistant',
    })
    const own = await grade(student, attemptId, 1, { points: '1' })
    assert.deepEqual([own.statusCode, own.json().type], [403, '/problems/quizzes/own-attempt'])
    assert.equal((await waiting(course.owner, course.courseId)).items.length, 2)
  })
})
