import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { dialectOfDatabase } from '#platform/database/dialect.ts'
import { createHarness } from '#support/harness.ts'
import { journalOf, quizOfOne, save, start, submit } from '#support/quizzes.ts'

const wrong = { value: false }

describe('PUT /attempts/:attemptId/answers/:position', () => {
  test('200 with the same receipt for every retry, also after handing in', async (t) => {
    const harness = await createHarness(t)
    const { student, quizId } = await quizOfOne(harness)
    const { id } = await start(student, quizId)
    const first = await save(student, id, 1, 5)
    harness.clock.advance({ seconds: 3 })
    assert.deepEqual(await save(student, id, 1, 5), first)
    const newer = await save(student, id, 1, 6, wrong)
    const late = await save(student, id, 1, 5)
    assert.deepEqual(late, { ...first, outcome: 'superseded' }, 'it was saved once, and its receipt still proves it')
    await submit(student, id)
    assert.deepEqual(await save(student, id, 1, 6, wrong), newer)
    assert.deepEqual(await save(student, id, 1, 5), late)
    const saved = (await journalOf(student, id)).filter((one: { event: string }) => one.event === 'saved')
    assert.deepEqual(
      saved.map((one: { sequence: number }) => one.sequence),
      [5, 6],
    )
  })

  test('200 superseded when an older answer arrives after a newer one, and it changes nothing', async (t) => {
    const harness = await createHarness(t)
    const { student, quizId } = await quizOfOne(harness)
    const { id } = await start(student, quizId)
    await save(student, id, 1, 7)
    const late = await save(student, id, 1, 3, wrong)
    assert.deepEqual([late.outcome, late.receipt], ['superseded', null])
    const [question] = (await student.get(`/attempts/${id}`)).json().questions
    assert.deepEqual([question.answer, question.sequence], [{ value: true }, 7])
    assert.match(await harness.metrics.metrics(), /lms_quiz_answers_superseded_total 1/)
  })

  test('200 for null, which clears the answer', async (t) => {
    const harness = await createHarness(t)
    const { student, quizId } = await quizOfOne(harness)
    const { id } = await start(student, quizId)
    await save(student, id, 1, 1)
    await save(student, id, 1, 2, null)
    const done = await submit(student, id)
    assert.equal(done.points, '0')
  })

  test('200 for a text that was cut in the middle of a character', async (t) => {
    const harness = await createHarness(t)
    const { student, quizId } = await quizOfOne(harness, { questions: ['essay'] })
    const { id } = await start(student, quizId)
    await save(student, id, 1, 1, { text: 'Because \ud83e' })
    const [question] = (await student.get(`/attempts/${id}`)).json().questions
    assert.deepEqual(question.answer, { text: 'Because \ufffd' })
    assert.equal((await submit(student, id)).status, 'awaiting-grading')
  })

  test('409 for the sequence of another answer, after handing in, and when the time is over', async (t) => {
    const harness = await createHarness(t)
    const { student, quizId } = await quizOfOne(harness, {
      quiz: { attemptsAllowed: 2, timeLimitSeconds: 60, graceSeconds: 30 },
    })
    const { id } = await start(student, quizId)
    await save(student, id, 1, 1)
    const put = (attemptId: string, sequence: number, answer: unknown) =>
      student.put(`/attempts/${attemptId}/answers/1`, { sequence, answer })
    const reused = await put(id, 1, wrong)
    assert.equal(reused.statusCode, 409, reused.body)
    assert.equal(reused.json().type, '/problems/quizzes/sequence-reused')
    await submit(student, id)
    const closed = await put(id, 2, wrong)
    assert.equal(closed.statusCode, 409, closed.body)
    assert.equal(closed.json().type, '/problems/quizzes/attempt-submitted')

    const second = await start(student, quizId)
    harness.clock.advance({ seconds: 75 })
    const inGrace = await save(student, second.id, 1, 1)
    assert.deepEqual([inGrace.outcome, inGrace.isLate], ['saved', true])
    harness.clock.advance({ seconds: 20 })
    const over = await put(second.id, 2, wrong)
    assert.equal(over.statusCode, 409, over.body)
    assert.equal(over.json().type, '/problems/quizzes/time-over')
    const swept = (await student.get(`/attempts/${second.id}`)).json()
    assert.deepEqual([swept.status, swept.submittedBy, swept.points], ['graded', 'deadline', '1'])
    assert.equal((await put(second.id, 2, wrong)).json().type, '/problems/quizzes/time-over')
    const text = await harness.metrics.metrics()
    assert.match(text, /lms_quiz_answers_saved_total\{timing="grace"\} 1/)
    for (const [reason, count] of Object.entries({ 'sequence-reused': 1, submitted: 1, 'time-over': 2, fault: 0 })) {
      assert.match(text, new RegExp(`lms_quiz_answer_save_failures_total\\{reason="${reason}"\\} ${count}`))
    }
  })

  test('400, 401 and 404, and nothing is saved', async (t) => {
    const harness = await createHarness(t)
    const { owner, student, quizId } = await quizOfOne(harness)
    const { id } = await start(student, quizId)
    const body = { sequence: 1, answer: { value: true } }
    const path = (position: number | string, attemptId = id) => `/attempts/${attemptId}/answers/${position}`
    assert.equal((await harness.visitor.put(path(1), body)).statusCode, 401)
    assert.equal((await owner.put(path(1), body)).statusCode, 404)
    assert.equal((await (await harness.signUp('student')).put(path(1), body)).statusCode, 404)
    assert.equal((await student.put(path(1, randomUUID()), body)).statusCode, 404)
    const noQuestion = await student.put(path(3), body)
    assert.equal(noQuestion.statusCode, 404, noQuestion.body)
    assert.equal(noQuestion.json().type, '/problems/quizzes/no-such-position')
    const unfit = await student.put(path(1), { sequence: 1, answer: { optionId: 'x' } })
    assert.equal(unfit.statusCode, 400, unfit.body)
    assert.match(unfit.json().errors[0].pointer, /^\/body\/answer/)
    assert.equal((await student.put(path(1), { sequence: 0, answer: null })).statusCode, 400)
    assert.equal((await student.put(path(0), body)).statusCode, 400)
    const rows = await harness.db.selectFrom('attempt_answer').select('sequence').execute()
    assert.deepEqual(
      rows.map((row) => row.sequence),
      [0, 0],
    )
    assert.match(await harness.metrics.metrics(), /save_failures_total\{reason="invalid"\} 1/)
  })

  test('takes one statement on PostgreSQL, and one transaction of two on SQLite', async (t) => {
    const statements: string[] = []
    const harness = await createHarness(t, { observe: (kind) => void statements.push(kind) })
    const { student, quizId } = await quizOfOne(harness)
    const { id } = await start(student, quizId)
    statements.length = 0
    await save(student, id, 1, 1)
    const isPostgres = dialectOfDatabase(harness.db) === 'postgres'
    assert.deepEqual(statements, isPostgres ? ['select'] : ['transaction', 'update', 'insert', 'transaction'])
  })

  test('the journal refuses to be changed', async (t) => {
    const harness = await createHarness(t)
    const { student, quizId } = await quizOfOne(harness)
    await start(student, quizId)
    await assert.rejects(harness.db.updateTable('attempt_event').set({ actor_id: null }).execute(), /append-only/)
    await assert.rejects(harness.db.deleteFrom('attempt_event').execute(), /append-only/)
  })
})

describe('PUT /attempts/:attemptId/answers', () => {
  test('200 saves what can be saved and says why the rest was not', async (t) => {
    const harness = await createHarness(t)
    const { student, quizId } = await quizOfOne(harness)
    const { id } = await start(student, quizId)
    const answer = { value: true }
    const response = await student.put(`/attempts/${id}/answers`, {
      answers: [
        { position: 2, sequence: 4, answer },
        { position: 1, sequence: 2, answer: { text: 'No.' } },
        { position: 2, sequence: 1, answer: wrong },
        { position: 9, sequence: 5, answer },
        { position: 1, sequence: 3, answer },
      ],
    })
    assert.equal(response.statusCode, 200, response.body)
    const { results } = response.json()
    assert.deepEqual(
      results.map((one: { outcome: string }) => one.outcome),
      ['saved', 'refused', 'saved', 'refused', 'saved'],
    )
    assert.equal(results[1].problem.code, 'request/invalid')
    assert.equal(results[3].problem.code, 'quizzes/no-such-position')
    assert.equal((await submit(student, id)).points, '2')
    const again = await student.put(`/attempts/${id}/answers`, { answers: [{ position: 2, sequence: 4, answer }] })
    assert.deepEqual(again.json().results[0], results[0])
    const closed = await student.put(`/attempts/${id}/answers`, { answers: [{ position: 2, sequence: 9, answer }] })
    assert.equal(closed.json().results[0].problem.code, 'quizzes/attempt-submitted')
  })

  test('401, 404 and 400, and nothing is saved', async (t) => {
    const harness = await createHarness(t)
    const { student, quizId } = await quizOfOne(harness)
    const { id } = await start(student, quizId)
    const body = { answers: [{ position: 1, sequence: 1, answer: null }] }
    assert.equal((await harness.visitor.put(`/attempts/${id}/answers`, body)).statusCode, 401)
    assert.equal((await (await harness.signUp('student')).put(`/attempts/${id}/answers`, body)).statusCode, 404)
    assert.equal((await student.put(`/attempts/${id}/answers`, { answers: [] })).statusCode, 400)
  })
})
