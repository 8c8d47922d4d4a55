import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { makeCourse } from '#support/courses.ts'
import { enroll } from '#support/enrollments.ts'
import { createHarness, type Harness } from '#support/harness.ts'
import { makeBank, makeQuestion } from '#support/questions.ts'
import { quizOfOne, save, start, submit } from '#support/quizzes.ts'

async function quizLesson(harness: Harness) {
  const owner = await harness.signUp('instructor')
  const course = await makeCourse(owner, { lessons: [{ type: 'quiz', content: {} }, {}] })
  const [lessonId, pageId] = course.lessonIds as [string, string]
  return { owner, ...course, lessonId, pageId }
}

describe('POST /lessons/:lessonId/quiz', () => {
  test('201 with settings and questions, which staff reads and students do not', async (t) => {
    const harness = await createHarness(t)
    const { owner, lessonId, courseId } = await quizLesson(harness)
    const bankId = await makeBank(owner, courseId)
    const { id: questionId } = await makeQuestion(owner, bankId)
    const items = [
      { kind: 'question', questionId, points: '2.5' },
      { kind: 'draw', bankId, tag: null, count: 3, points: '1' },
    ]
    const body = { title: 'Exam', closes: '2030-06-01T12:00', timeZone: 'Europe/Berlin', passingPercent: '60', items }
    const created = await owner.post(`/lessons/${lessonId}/quiz`, body)
    assert.equal(created.statusCode, 201, created.body)
    const quiz = created.json()
    assert.deepEqual([quiz.questionCount, quiz.pointsPossible, quiz.attemptsAllowed], [4, '5.5', 1])
    const read = await owner.get(`/quizzes/${quiz.id}`)
    assert.deepEqual(read.json(), quiz)
    assert.equal(read.headers.etag, created.headers.etag)
    const student = await harness.signUp('student')
    const enrollmentId = await enroll(student, courseId)
    const seen = (await student.get(`/lessons/${lessonId}/quiz`)).json()
    assert.deepEqual([seen.id, seen.items], [quiz.id, null])
    assert.deepEqual(seen.mine, {
      enrollmentId,
      attemptsMade: 0,
      attemptsAllowed: 1,
      openAttemptId: null,
      opensAt: null,
      closesAt: '2030-06-01T10:00:00.000Z',
      timeLimitSeconds: null,
    })
    const item = await harness.db.selectFrom('grade_item').selectAll().executeTakeFirstOrThrow()
    assert.deepEqual([item.title, item.points_possible, item.removed_at], ['Exam', 55_000, null])
  })

  test('400 for what does not exist or does not fit together, and nothing is made', async (t) => {
    const harness = await createHarness(t)
    const { owner, lessonId } = await quizLesson(harness)
    const elsewhere = await makeCourse(owner)
    const bankId = await makeBank(owner, elsewhere.courseId)
    const { id: questionId } = await makeQuestion(owner, bankId)
    const cases: [object, string][] = [
      [{ passingPercent: '100.5' }, '/body/passingPercent'],
      [{ resultsWhen: 'after-close' }, '/body/resultsWhen'],
      [{ timeZone: 'Europe/Atlantis' }, '/body/timeZone'],
      [{ opens: '2030-02-02T12:00', closes: '2030-02-01T12:00' }, '/body/closes'],
      [{ items: [{ kind: 'question', questionId, points: '1' }] }, '/body/items/0/questionId'],
      [{ items: [{ kind: 'draw', bankId, count: 1, points: '1' }] }, '/body/items/0/bankId'],
      [{ attemptsAllowed: 0 }, '/body/attemptsAllowed'],
    ]
    for (const [body, pointer] of cases) {
      const response = await owner.post(`/lessons/${lessonId}/quiz`, body)
      assert.equal(response.statusCode, 400, response.body)
      assert.equal(response.json().errors[0].pointer, pointer)
    }
    assert.equal((await harness.db.selectFrom('quiz').selectAll().execute()).length, 0)
    assert.equal((await harness.db.selectFrom('grade_item').selectAll().execute()).length, 0)
  })

  test('401, 403, 404 and 409 for who or what cannot have one', async (t) => {
    const harness = await createHarness(t)
    const { owner, lessonId, pageId, courseId } = await quizLesson(harness)
    const path = `/lessons/${lessonId}/quiz`
    assert.equal((await harness.visitor.post(path, {})).statusCode, 401)
    assert.equal((await owner.post(`/lessons/${randomUUID()}/quiz`, {})).statusCode, 404)
    const student = await harness.signUp('student')
    await enroll(student, courseId)
    assert.equal((await student.post(path, {})).statusCode, 403)
    const wrongLesson = await owner.post(`/lessons/${pageId}/quiz`, {})
    assert.equal(wrongLesson.json().type, '/problems/quizzes/no-quiz-lesson')
    assert.equal((await owner.get(path)).json().type, '/problems/quizzes/lesson-without-quiz')
    assert.equal((await owner.post(path, {})).statusCode, 201)
    const second = await owner.post(path, {})
    assert.equal(second.statusCode, 409, second.body)
    assert.equal(second.json().type, '/problems/quizzes/exists')
  })
})

describe('PATCH /quizzes/:quizId', () => {
  test('200 changes nothing of attempts that have begun', async (t) => {
    const harness = await createHarness(t)
    const { owner, student, quizId, bankId, questionIds } = await quizOfOne(harness, {
      quiz: { timeLimitSeconds: 600, passingPercent: '50', attemptsAllowed: 2 },
    })
    const before = await start(student, quizId)
    await save(student, before.id, 1, 1)
    const other = await makeQuestion(owner, bankId)
    const content = { type: 'true-false', prompt: 'Another text.', correct: false }
    const added = await owner.patch(`/questions/${questionIds[0]}`, { content })
    assert.equal(added.statusCode, 200, added.body)
    const changed = await owner.patch(`/quizzes/${quizId}`, {
      timeLimitSeconds: 60,
      passingPercent: '100',
      items: [{ kind: 'question', questionId: other.id, points: '9' }],
    })
    assert.equal(changed.statusCode, 200, changed.body)
    harness.clock.advance({ minutes: 5 })
    const after = (await student.get(`/attempts/${before.id}`)).json()
    assert.deepEqual([after.deadline, after.pointsPossible], [before.deadline, '2'])
    assert.deepEqual(
      after.questions.map((one: { question: object }) => one.question),
      before.questions.map((one: { question: object }) => one.question),
    )
    const done = await submit(student, before.id)
    assert.deepEqual([done.points, done.isPassed], ['1', true])
    const next = await start(student, quizId)
    assert.deepEqual([next.pointsPossible, next.questions.length], ['9', 1])
    const { points } = await harness.db.selectFrom('grade').select('points').executeTakeFirstOrThrow()
    assert.equal(points, 45_000, 'half of what the quiz is worth now')
  })

  test('200 with other attempts that count makes the grades again, and practice has none', async (t) => {
    const harness = await createHarness(t)
    const { owner, student, quizId } = await quizOfOne(harness, { quiz: { attemptsAllowed: null } })
    for (const right of [[1, 2], [1], []]) {
      const { id } = await start(student, quizId)
      for (const position of right) await save(student, id, position, position)
      await submit(student, id)
    }
    const grade = async () => (await harness.db.selectFrom('grade').select('points').executeTakeFirst())?.points
    assert.equal(await grade(), 20_000)
    for (const [attemptsCount, points] of [
      ['last', 0],
      ['average', 10_000],
      ['best', 20_000],
    ]) {
      assert.equal((await owner.patch(`/quizzes/${quizId}`, { attemptsCount })).statusCode, 200)
      await harness.runJobs()
      assert.equal(await grade(), points)
    }
    assert.equal((await owner.patch(`/quizzes/${quizId}`, { mode: 'practice' })).statusCode, 200)
    const removed = await harness.db.selectFrom('grade_item').select('removed_at').executeTakeFirstOrThrow()
    assert.notEqual(removed.removed_at, null)
  })

  test('412 when somebody else was faster, 403 for a teaching assistant, 404 for strangers', async (t) => {
    const harness = await createHarness(t)
    const { owner, student, quizId, courseId } = await quizOfOne(harness)
    const assistant = await harness.signUp('student')
    const role = { email: assistant.email, staffRole: 'teaching-assistant' }
    const staffed = await owner.post(`/courses/${courseId}/staff`, role)
    assert.ok(staffed.statusCode < 300, staffed.body)
    const path = `/quizzes/${quizId}`
    const etag = String((await owner.get(path)).headers.etag)
    assert.equal((await owner.patch(path, { title: 'One' }, { 'if-match': etag })).statusCode, 200)
    assert.equal((await owner.patch(path, { title: 'Two' }, { 'if-match': etag })).statusCode, 412)
    assert.equal((await assistant.patch(path, { title: 'Three' })).statusCode, 403)
    assert.equal((await student.patch(path, { title: 'Four' })).statusCode, 403)
    const stranger = await harness.signUp('student')
    assert.equal((await stranger.patch(path, { title: 'Five' })).statusCode, 404)
    assert.equal((await stranger.get(path)).statusCode, 404)
    assert.equal((await owner.get(path)).json().title, 'One')
  })
})

describe('GET /quizzes/:quizId', () => {
  test('200 without its instructions for a student to whom the lesson is not open: locked, or after leaving', async (t) => {
    const harness = await createHarness(t)
    const { owner, student, enrollmentId, quizId, lessonId } = await quizOfOne(harness, {
      quiz: { instructions: 'Read chapter 7.' },
    })
    async function instructionsFor(reader: typeof student) {
      const [byId, byLesson] = [await reader.get(`/quizzes/${quizId}`), await reader.get(`/lessons/${lessonId}/quiz`)]
      assert.deepEqual([byId.statusCode, byLesson.statusCode], [200, 200])
      assert.equal(byId.json().instructions, byLesson.json().instructions)
      return byId.json().instructions
    }
    assert.equal(await instructionsFor(student), 'Read chapter 7.')
    const later = new Date(harness.clock.now().getTime() + 3_600_000).toISOString()
    assert.equal((await owner.patch(`/lessons/${lessonId}`, { releaseAt: later })).statusCode, 200)
    assert.equal(await instructionsFor(student), '')
    assert.equal(await instructionsFor(owner), 'Read chapter 7.')
    assert.equal((await owner.patch(`/lessons/${lessonId}`, { releaseAt: null })).statusCode, 200)
    assert.equal(await instructionsFor(student), 'Read chapter 7.')
    assert.equal((await student.post(`/enrollments/${enrollmentId}/withdraw`)).statusCode, 200)
    assert.equal(await instructionsFor(student), '')
  })
})

describe('DELETE /quizzes/:quizId', () => {
  test('204 without attempts, 409 with one', async (t) => {
    const harness = await createHarness(t)
    const { owner, student, quizId, lessonId } = await quizOfOne(harness)
    await start(student, quizId)
    const refused = await owner.delete(`/quizzes/${quizId}`)
    assert.equal(refused.statusCode, 409, refused.body)
    assert.equal(refused.json().attempts, 1)
    const other = await quizOfOne(harness)
    assert.equal((await other.owner.delete(`/quizzes/${other.quizId}`)).statusCode, 204)
    assert.equal((await other.owner.get(`/quizzes/${other.quizId}`)).statusCode, 404)
    assert.equal((await owner.get(`/lessons/${lessonId}/quiz`)).statusCode, 200)
  })
})
