import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { createHarness } from '#support/harness.ts'
import { journalOf, quizOfOne, save, submit } from '#support/quizzes.ts'

describe('taking a quiz', () => {
  test('201 begins, 200 goes on elsewhere with all that was saved, and handing in grades it at once', async (t) => {
    const harness = await createHarness(t)
    const { owner, student, quizId, enrollmentId } = await quizOfOne(harness, {
      quiz: { timeLimitSeconds: 600, passingPercent: '50', resultsShow: 'solutions' },
    })
    const begun = await student.post(`/quizzes/${quizId}/attempts`)
    assert.equal(begun.statusCode, 201, begun.body)
    const attempt = begun.json()
    assert.equal(Date.parse(attempt.deadline) - Date.parse(attempt.startedAt), 600_000)
    assert.deepEqual([attempt.status, attempt.shown, attempt.questions.length], ['open', 'questions', 2])
    assert.equal(begun.body.includes('correct'), false, 'the key is not in the questions')

    const saved = await save(student, attempt.id, 1, 1)
    assert.equal(saved.outcome, 'saved')
    assert.equal(saved.receipt.digest, createHash('sha256').update('{"value":true}').digest('hex'))

    const elsewhere = await student.post(`/quizzes/${quizId}/attempts`)
    assert.equal(elsewhere.statusCode, 200, elsewhere.body)
    const resumed = elsewhere.json()
    assert.equal(resumed.id, attempt.id)
    assert.deepEqual(
      resumed.questions.map((one: { answer: unknown }) => one.answer),
      [{ value: true }, null],
    )
    assert.equal(resumed.lastSequence, 1)

    const done = await submit(student, attempt.id)
    assert.deepEqual([done.status, done.points, done.pointsPossible, done.isPassed], ['graded', '1', '2', true])
    assert.deepEqual(
      done.questions.map((one: { points: string; isCorrect: boolean }) => [one.points, one.isCorrect]),
      [
        ['1', true],
        ['0', false],
      ],
    )
    assert.deepEqual(done.questions[1].review.solution, { value: true })

    const lines = await journalOf(student, attempt.id)
    assert.deepEqual(
      lines.map((one: { event: string }) => one.event),
      ['started', 'saved', 'resumed', 'submitted', 'graded'],
    )
    assert.equal(lines[1].digest, saved.receipt.digest)
    assert.equal(lines[1].occurredAt, saved.receipt.savedAt)
    assert.deepEqual(await journalOf(owner, attempt.id), lines)

    const progress = (await student.get(`/enrollments/${enrollmentId}/progress`)).json()
    assert.equal(progress.percent, 100)
    const grade = await harness.db.selectFrom('grade').selectAll().executeTakeFirstOrThrow()
    assert.equal(grade.points, 10_000)
    const text = await harness.metrics.metrics()
    assert.match(text, /lms_quiz_attempts_started_total\{mode="graded"\} 1/)
    assert.match(text, /lms_quiz_attempts_submitted_total\{mode="graded",by="student"\} 1/)
    assert.match(text, /lms_quiz_attempts_graded_total\{mode="graded",outcome="passed"\} 1/)
    assert.match(text, /lms_quiz_answers_saved_total\{timing="in-time"\} 1/)
  })

  test('401, 404 and 403 for who may not begin, and nothing is begun', async (t) => {
    const harness = await createHarness(t)
    const { owner, student, quizId, enrollmentId } = await quizOfOne(harness)
    assert.equal((await harness.visitor.post(`/quizzes/${quizId}/attempts`)).statusCode, 401)
    assert.equal((await student.post(`/quizzes/${randomUUID()}/attempts`)).statusCode, 404)
    const stranger = await (await harness.signUp('student')).post(`/quizzes/${quizId}/attempts`)
    assert.equal(stranger.statusCode, 403, stranger.body)
    assert.equal((await owner.post(`/quizzes/${quizId}/attempts`)).statusCode, 403)
    await student.post(`/enrollments/${enrollmentId}/withdraw`)
    const left = await student.post(`/quizzes/${quizId}/attempts`)
    assert.equal(left.statusCode, 409, left.body)
    assert.equal((await harness.db.selectFrom('attempt').selectAll().execute()).length, 0)
  })
})
