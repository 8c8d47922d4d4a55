import assert from 'node:assert/strict'
import { test } from 'node:test'
import { enroll } from '#support/enrollments.ts'
import { createHarness, type Harness } from '#support/harness.ts'
import { type MadeQuiz, makeQuiz, save, start, submit } from '#support/quizzes.ts'

/** A student who answers three statements, all true, and hands in; null: leaves it out. */
async function handIn(harness: Harness, { courseId, quizId }: MadeQuiz, ...values: (boolean | null)[]) {
  const student = await harness.signUp('student')
  await enroll(student, courseId)
  const again = async (...given: (boolean | null)[]) => {
    const { id } = await start(student, quizId)
    for (const [index, value] of given.entries()) {
      if (value !== null) await save(student, id, index + 1, index + 1, { value })
    }
    await submit(student, id)
  }
  await again(...values)
  return { student, again }
}

test('200 difficulty, discrimination and options of each question, as worked out by hand, the hardest first', async (t) => {
  const harness = await createHarness(t)
  const owner = await harness.signUp('instructor')
  const quiz = await makeQuiz(owner, {
    questions: ['true-false', 'true-false', 'true-false'],
    quiz: { attemptsAllowed: null },
  })
  const rows = [
    [true, true, true],
    [true, true, null],
    [true, false, false],
    [false, false, false],
  ]
  const students = []
  for (const row of rows) students.push(await handIn(harness, quiz, ...row))
  const read = async (query = '') => {
    const response = await owner.get(`/quizzes/${quiz.quizId}/item-analysis${query}`)
    assert.equal(response.statusCode, 200, response.body)
    return response.json()
  }
  const { attempts, meanPercent, items } = await read()
  // Points 3, 2, 1 and 0 of 3: half on the average.
  assert.deepEqual([attempts, meanPercent], [4, 50])
  const figures = items.map((one: Record<string, unknown>) => [
    one.questionId,
    one.n,
    one.difficulty,
    one.discrimination,
    one.unanswered,
  ])
  // Question 1: 1 1 1 0, the rest 2 1 0 0: r = 0.75 / sqrt(0.75 × 2.75) = 0.5222.
  // Question 2: 1 1 0 0, the rest 2 1 1 0: r = 1 / sqrt(1 × 2) = 0.7071.
  // Question 3: 1 0 0 0, the rest 2 2 1 0: r = 0.75 / sqrt(0.75 × 2.75) = 0.5222.
  const [one, two, three] = quiz.questionIds
  assert.deepEqual(figures, [
    [three, 4, 0.25, 0.5222, 1],
    [two, 4, 0.5, Math.round(Math.SQRT1_2 * 10_000) / 10_000, 0],
    [one, 4, 0.75, 0.5222, 0],
  ])
  assert.deepEqual(items[0].options, [
    { id: 'true', text: 'true', isCorrect: true, chosen: 1 },
    { id: 'false', text: 'false', isCorrect: false, chosen: 2 },
  ])

  await students[3]?.again(true, true, true)
  const difficultyOfOne = async (which: string) =>
    (await read(`?attempts=${which}`)).items.find((item: { questionId: string }) => item.questionId === one).difficulty
  assert.deepEqual(
    [await difficultyOfOne('first'), await difficultyOfOne('last'), await difficultyOfOne('all')],
    [0.75, 1, 0.8],
  )
})

test('200 nothing is counted before it is graded, and options of choices are counted by what they say', async (t) => {
  const harness = await createHarness(t)
  const owner = await harness.signUp('instructor')
  const quiz = await makeQuiz(owner, { questions: ['multiple-choice', 'essay'] })
  const address = `/quizzes/${quiz.quizId}/item-analysis`
  const empty = (await owner.get(address)).json()
  assert.deepEqual([empty.attempts, empty.meanPercent, empty.items], [0, null, []])
  const student = await harness.signUp('student')
  await enroll(student, quiz.courseId)
  const attempt = await start(student, quiz.quizId)
  const choose = attempt.questions[0].question.options
    .filter(({ text }: { text: string }) => text === '2' || text === '4')
    .map(({ id }: { id: string }) => id)
  await save(student, attempt.id, 1, 1, { optionIds: choose })
  await save(student, attempt.id, 2, 2, { text: 'Because.' })
  await submit(student, attempt.id)
  assert.equal((await owner.get(address)).json().attempts, 0)
  await owner.put(`/attempts/${attempt.id}/answers/2/grading`, { points: '0.5' })
  const { items } = (await owner.get(address)).json()
  const choice = items.find(({ type }: { type: string }) => type === 'multiple-choice')
  assert.deepEqual(
    choice.options.map((one: { text: string; chosen: number }) => [one.text, one.chosen]),
    [
      ['2', 1],
      ['3', 0],
      ['4', 1],
      ['5', 0],
    ],
  )
  const essay = items.find(({ type }: { type: string }) => type === 'essay')
  assert.deepEqual([essay.n, essay.difficulty, essay.discrimination, essay.options], [1, 0.5, null, null])
})

test('401 for visitors, 403 for students, 404 for strangers, 400 for other attempts', async (t) => {
  const harness = await createHarness(t)
  const owner = await harness.signUp('instructor')
  const quiz = await makeQuiz(owner)
  const student = await harness.signUp('student')
  await enroll(student, quiz.courseId)
  const stranger = await harness.signUp('instructor')
  const address = `/quizzes/${quiz.quizId}/item-analysis`
  const statuses = []
  for (const caller of [harness.visitor, student, stranger]) statuses.push((await caller.get(address)).statusCode)
  assert.deepEqual(statuses, [401, 403, 404])
  assert.equal((await owner.get(`${address}?attempts=best`)).statusCode, 400)
  assert.equal((await owner.get(`/quizzes/${crypto.randomUUID()}/item-analysis`)).statusCode, 404)
})
