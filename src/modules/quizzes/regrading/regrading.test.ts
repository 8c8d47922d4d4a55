import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { enroll } from '#support/enrollments.ts'
import { type ApiClient, createHarness, type Harness, mailsTo, type Person } from '#support/harness.ts'
import { anyContent, sampleContents } from '#support/questions.ts'
import { type MadeQuiz, makeQuiz, type QuizWishes, save, start, submit } from '#support/quizzes.ts'
import { gradeByKey } from './keys.ts'

/** A quiz of two statements, of which the first has a wrong key in its first version; `wrong` is its question. */
async function setUp(harness: Harness, wishes: QuizWishes = {}) {
  const owner = await harness.signUp('instructor')
  const quiz = await makeQuiz(owner, {
    ...wishes,
    quiz: { passingPercent: '60', attemptsAllowed: null, ...wishes.quiz },
  })
  return { ...quiz, owner, wrong: quiz.questionIds[0] ?? '' }
}

type World = Awaited<ReturnType<typeof setUp>>

/** A student who has begun, and has said to both statements whether they are true; null: nothing. */
async function begin(harness: Harness, { courseId, quizId }: MadeQuiz, ...values: (boolean | null)[]) {
  const student = await harness.signUp('student')
  const enrollmentId = await enroll(student, courseId)
  const attemptId = await answer(student, quizId, ...values)
  return { ...student, enrollmentId, attemptId }
}

async function answer(student: ApiClient, quizId: string, ...values: (boolean | null)[]): Promise<string> {
  const { id } = await start(student, quizId)
  for (const [index, value] of values.entries()) {
    if (value !== null) await save(student, id, index + 1, index + 1, { value })
  }
  return id
}

async function handIn(harness: Harness, quiz: MadeQuiz, ...values: (boolean | null)[]) {
  const student = await begin(harness, quiz, ...values)
  await submit(student, student.attemptId)
  return student
}

/** The first question says the opposite now. */
async function correct({ owner, wrong }: World, isTrue = false): Promise<void> {
  const content = { ...sampleContents['true-false'], prompt: 'Question 1', correct: isTrue }
  const response = await owner.patch(`/questions/${wrong}`, { content })
  assert.equal(response.statusCode, 200, response.body)
}

async function regrade(world: World, wish: object = {}) {
  const body = { questionId: world.wrong, rule: 'key', reason: 'The key was wrong.', ...wish }
  const response = await world.owner.post(`/quizzes/${world.quizId}/regrades`, body)
  assert.equal(response.statusCode, 201, response.body)
  return response.json()
}

async function preview({ owner, quizId, wrong }: World, wish: object = {}) {
  const response = await owner.post(`/quizzes/${quizId}/regrades/preview`, {
    questionId: wrong,
    rule: 'key',
    ...wish,
  })
  assert.equal(response.statusCode, 200, response.body)
  return response.json()
}

const resultOf = async (student: ApiClient & { attemptId: string }) => {
  const { points, isPassed } = (await student.get(`/attempts/${student.attemptId}`)).json()
  return [points, isPassed]
}

const changesOf = async ({ owner }: World, regradeId: string) =>
  (await owner.get(`/regrades/${regradeId}/changes`)).json().items

const told = (harness: Harness, student: Person) =>
  mailsTo(harness, student).filter((text) => text.replaceAll(/\s+/g, ' ').includes('your result has changed')).length

const gradeOf = async ({ db }: Harness, enrollmentId: string) =>
  (await db.selectFrom('grade').select('points').where('enrollment_id', '=', enrollmentId).executeTakeFirst())?.points

describe('regrading', () => {
  test('201 changes exactly whom the preview names, with grade, history and mail; the second time nothing', async (t) => {
    const harness = await createHarness(t)
    const world = await setUp(harness)
    const loses = await handIn(harness, world, true, true)
    const wins = await handIn(harness, world, false, true)
    const silent = await handIn(harness, world, null, true)
    const unfinished = await begin(harness, world, false, true)
    await correct(world)
    const foreseen = await preview(world)
    assert.deepEqual([foreseen.answers, foreseen.openAttempts, foreseen.keptByHand], [3, 1, 0])
    const told0 = foreseen.changes.map((one: Record<string, unknown>) => [
      one.attemptId,
      one.pointsBefore,
      one.pointsAfter,
      one.attemptPointsBefore,
      one.attemptPointsAfter,
      one.isPassedBefore,
      one.isPassedAfter,
    ])
    assert.deepEqual(
      told0.sort(),
      [
        [loses.attemptId, '1', '0', '2', '1', true, false],
        [wins.attemptId, '0', '1', '1', '2', false, true],
      ].sort(),
    )
    assert.deepEqual(await resultOf(loses), ['2', true])

    const { id, finishedAt } = await regrade(world)
    assert.equal(finishedAt, null)
    await harness.runJobs()
    const done = (await world.owner.get(`/regrades/${id}`)).json()
    assert.deepEqual([done.changedAnswers, done.keyVersionNumber, done.finishedAt !== null], [2, 2, true])
    assert.deepEqual(await resultOf(loses), ['1', false])
    assert.deepEqual(await resultOf(wins), ['2', true])
    assert.deepEqual(await resultOf(silent), ['1', false])
    assert.deepEqual(
      [await gradeOf(harness, loses.enrollmentId), await gradeOf(harness, wins.enrollmentId)],
      [10_000, 20_000],
    )
    assert.deepEqual([told(harness, loses), told(harness, wins), told(harness, silent)], [1, 1, 0])
    const { percent } = (await wins.get(`/enrollments/${wins.enrollmentId}/progress`)).json()
    assert.equal(percent, 100)
    assert.equal((await changesOf(world, id)).length, 2)
    const grading = (await world.owner.get(`/attempts/${wins.attemptId}/answers/1/grading`)).json()
    assert.deepEqual(
      grading.history.map((one: Record<string, unknown>) => [one.pointsBefore, one.pointsAfter, one.regradeId]),
      [['0', '1', id]],
    )

    const second = await regrade(world)
    await harness.runJobs()
    assert.deepEqual((await preview(world)).changes, [])
    assert.equal((await world.owner.get(`/regrades/${second.id}`)).json().changedAnswers, 0)
    assert.deepEqual(await changesOf(world, second.id), [])
    assert.deepEqual([told(harness, loses), told(harness, wins)], [1, 1])
    assert.equal((await submit(unfinished, unfinished.attemptId)).points, '2')
    const listed = (await world.owner.get(`/quizzes/${world.quizId}/regrades`)).json().items
    assert.deepEqual(
      listed.map((one: { id: string }) => one.id),
      [second.id, id],
    )
  })

  test('200 best of both takes nothing from anybody, full points give them to everybody', async (t) => {
    const harness = await createHarness(t)
    const world = await setUp(harness)
    const right = await handIn(harness, world, true, true)
    const wrong = await handIn(harness, world, false, true)
    const silent = await handIn(harness, world, null, true)
    await correct(world)
    await regrade(world, { rule: 'best-of-both' })
    await harness.runJobs()
    assert.deepEqual(
      [await resultOf(right), await resultOf(wrong), await resultOf(silent)].map(([points]) => points),
      ['2', '2', '1'],
    )
    await regrade(world, { rule: 'full-points' })
    await harness.runJobs()
    assert.deepEqual(await resultOf(silent), ['2', true])
  })

  test('what is handed in later is graded by the key in force, what was asked in later versions by its own', async (t) => {
    const harness = await createHarness(t)
    const world = await setUp(harness)
    const early = await begin(harness, world, false, true)
    const reopened = await handIn(harness, world, true, true)
    await correct(world)
    await regrade(world)
    await harness.runJobs()
    assert.equal((await submit(early, early.attemptId)).points, '2')
    await world.owner.post(`/attempts/${reopened.attemptId}/reopen`, { reason: 'Power cut.', minutes: 5 })
    assert.equal((await submit(reopened, reopened.attemptId)).points, '1')
    await correct(world, true)
    const late = await handIn(harness, world, true, true)
    assert.deepEqual(await resultOf(late), ['2', true])
    // Back to the first key for all: the third version says what it said.
    await regrade(world, { versionNumber: 1 })
    await harness.runJobs()
    assert.deepEqual(await resultOf(reopened), ['2', true])
    assert.deepEqual(await resultOf(late), ['2', true])
  })

  test('what people graded by hand stays', async (t) => {
    const harness = await createHarness(t)
    const world = await setUp(harness)
    const student = await handIn(harness, world, false, true)
    const decided = await world.owner.put(`/attempts/${student.attemptId}/answers/1/grading`, { points: '0.5' })
    assert.equal(decided.statusCode, 200, decided.body)
    await correct(world)
    const foreseen = await preview(world)
    assert.deepEqual([foreseen.keptByHand, foreseen.changes], [1, []])
    await regrade(world)
    await harness.runJobs()
    assert.deepEqual(await resultOf(student), ['1.5', true])
  })

  test('an attempt with an essay goes on waiting, with the new points in it', async (t) => {
    const harness = await createHarness(t)
    const world = await setUp(harness, { questions: ['true-false', 'essay'] })
    const student = await begin(harness, world, false)
    await save(student, student.attemptId, 2, 2, { text: 'Because.' })
    await submit(student, student.attemptId)
    await correct(world)
    assert.equal((await preview(world)).changes[0].attemptPointsAfter, null)
    await regrade(world)
    await harness.runJobs()
    assert.deepEqual([await resultOf(student), told(harness, student)], [[null, null], 0])
    await world.owner.put(`/attempts/${student.attemptId}/answers/2/grading`, { points: '1' })
    assert.deepEqual(await resultOf(student), ['2', true])
  })

  test('students who hand in while it is applied are graded by the new key, in every order', async (t) => {
    const harness = await createHarness(t)
    const world = await setUp(harness)
    const students = []
    for (let count = 0; count < 6; count++) students.push(await begin(harness, world, false, true))
    await correct(world)
    const submitting = students.map((student) => submit(student, student.attemptId))
    await Promise.all([regrade(world).then(() => harness.runJobs()), ...submitting])
    await harness.runJobs()
    for (const student of students) assert.deepEqual(await resultOf(student), ['2', true])
  })

  test('403, 404 and 409 for who may not and for what cannot be; nothing is stored', async (t) => {
    const harness = await createHarness(t)
    const world = await setUp(harness, { questions: ['true-false', 'essay'] })
    const student = await handIn(harness, world, true)
    const assistant = await harness.signUp('student')
    await world.owner.post(`/courses/${world.courseId}/staff`, {
      email: assistant.email,
      staffRole: 'teaching-assistant',
    })
    const stranger = await harness.signUp('instructor')
    const address = `/quizzes/${world.quizId}/regrades`
    const wish = { questionId: world.wrong, rule: 'key' }
    const body = { ...wish, reason: 'Wrong.' }
    assert.equal((await harness.visitor.post(address, body)).statusCode, 401)
    assert.equal((await student.post(address, body)).statusCode, 403)
    assert.equal((await student.post(`${address}/preview`, wish)).statusCode, 403)
    assert.equal((await stranger.post(address, body)).statusCode, 404)
    assert.equal((await assistant.post(address, body)).statusCode, 403)
    assert.equal((await assistant.post(`${address}/preview`, wish)).statusCode, 200)
    const refused = async (change: object) => {
      const response = await world.owner.post(address, { ...body, ...change })
      return [response.statusCode, response.json().type?.replace('/problems/', '')]
    }
    assert.deepEqual(await refused({ questionId: world.questionIds[1] }), [409, 'quizzes/graded-by-hand'])
    assert.deepEqual(await refused({ versionNumber: 9 }), [404, 'questions/version-not-found'])
    assert.deepEqual(await refused({ questionId: crypto.randomUUID() }), [404, 'questions/not-found'])
    assert.deepEqual(await refused({ rule: 'curve' }), [400, 'request/invalid'])
    const other = await makeQuiz(world.owner)
    assert.deepEqual(await refused({ questionId: other.questionIds[0] }), [404, 'quizzes/question-not-asked'])
    assert.deepEqual((await world.owner.get(address)).json().items, [])
    const { id } = await regrade(world)
    for (const path of [`/regrades/${id}`, `/regrades/${id}/changes`, address]) {
      assert.equal((await student.get(path)).statusCode, 403, path)
      assert.equal((await stranger.get(path)).statusCode, 404, path)
      assert.equal((await assistant.get(path)).statusCode, 200, path)
    }
    assert.equal((await world.owner.get(`/regrades/${crypto.randomUUID()}`)).statusCode, 404)
  })
})

describe('grading by a key', () => {
  test('stays within the points, never below the own version with best of both, and is the same the second time', () => {
    const points = fc.nat(1_000_000)
    const rules = fc.constantFrom('key' as const, 'best-of-both' as const, 'full-points' as const)
    fc.assert(
      fc.property(anyContent, anyContent, rules, fc.jsonValue(), points, (taken, content, rule, given, possible) => {
        const version = { content: taken, number: 1 }
        const key = { rule, upToNumber: 1, content: rule === 'full-points' ? null : content }
        const own = gradeByKey(version, given, possible, undefined)
        const graded = gradeByKey(version, given, possible, key)
        assert.deepEqual(gradeByKey(version, given, possible, key), graded)
        assert.deepEqual(gradeByKey({ ...version, number: 2 }, given, possible, key), own)
        if (own.points === null || graded.points === null) return
        assert.ok(graded.points >= 0 && graded.points <= possible)
        if (rule === 'best-of-both') assert.ok(graded.points >= own.points)
        if (rule === 'full-points') assert.equal(graded.points, possible)
      }),
      { numRuns: 500 },
    )
  })
})
