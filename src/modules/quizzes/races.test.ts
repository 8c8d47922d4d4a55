import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { enqueue } from '#platform/jobs/outbox.ts'
import { countDeadlocks } from '#support/deadlocks.ts'
import { enroll } from '#support/enrollments.ts'
import { createHarness, type Harness, type Person, signUpMany } from '#support/harness.ts'
import { journalOf, makeQuiz, start, submit } from '#support/quizzes.ts'
import { submitOverdue } from './jobs.ts'

interface Line {
  readonly event: string
}

const RIGHT = '9.81'

interface Acknowledged {
  readonly position: number
  readonly sequence: number
  readonly digest: string
  readonly answer: unknown
}

async function classroom(harness: Harness, students: number, quiz: Record<string, unknown> = {}) {
  const owner = await harness.signUp('instructor')
  const made = await makeQuiz(owner, { questions: ['numeric', 'numeric', 'numeric'], quiz })
  const people = await signUpMany(harness, students)
  const enrollmentIds: string[] = []
  for (const one of people) enrollmentIds.push(await enroll(one, made.courseId))
  return { owner, people, enrollmentIds, ...made }
}

/** Saves one new answer after the other to all questions until one is refused, and notes what was acknowledged. */
async function saveUntilClosed(student: Person, attemptId: string, acknowledged: Acknowledged[]): Promise<void> {
  const one = async (position: number) => {
    for (let sequence = position; ; sequence += 3) {
      // Every other answer is right.
      const answer = { value: sequence % 2 ? RIGHT : String(sequence) }
      const response = await student.put(`/attempts/${attemptId}/answers/${position}`, { sequence, answer })
      if (response.statusCode === 409) return
      assert.ok(sequence < 10_000, 'it is closed some day')
      assert.equal(response.statusCode, 200, response.body)
      const { outcome, receipt } = response.json()
      assert.equal(outcome, 'saved')
      acknowledged.push({ position, sequence, digest: receipt.digest, answer })
    }
  }
  await Promise.all([one(1), one(2), one(3)])
}

describe('races', () => {
  test('20 tabs that begin at once share one attempt, and never make more than are allowed', async (t) => {
    const harness = await createHarness(t)
    const { people, quizId } = await classroom(harness, 1, { attemptsAllowed: 2 })
    const [student] = people as [Person]
    for (const allowed of [1, 2]) {
      const begun = await Promise.all(Array.from({ length: 20 }, () => student.post(`/quizzes/${quizId}/attempts`)))
      assert.equal(begun.filter(({ statusCode }) => statusCode === 201).length, 1)
      assert.equal(begun.filter(({ statusCode }) => statusCode === 200).length, 19)
      assert.equal(new Set(begun.map((response) => response.json().id)).size, 1)
      assert.equal((await harness.db.selectFrom('attempt').selectAll().execute()).length, allowed)
      await submit(student, begun[0]?.json().id)
    }
    const refused = await Promise.all(Array.from({ length: 20 }, () => student.post(`/quizzes/${quizId}/attempts`)))
    for (const response of refused) {
      assert.equal(response.statusCode, 409, response.body)
      assert.equal(response.json().type, '/problems/quizzes/no-attempt-left')
    }
  })

  test('10 submissions at once are one', async (t) => {
    const harness = await createHarness(t)
    const { people, quizId } = await classroom(harness, 1)
    const [student] = people as [Person]
    const { id } = await start(student, quizId)
    const submitted = await Promise.all(Array.from({ length: 10 }, () => submit(student, id)))
    for (const one of submitted) assert.deepEqual({ ...one, serverTime: '' }, { ...submitted[0], serverTime: '' })
    const lines: Line[] = await journalOf(student, id)
    assert.deepEqual(
      lines.map(({ event }) => event),
      ['started', 'submitted', 'graded'],
    )
    assert.equal((await harness.db.selectFrom('grade_event').selectAll().execute()).length, 1)
  })

  test('what is acknowledged while a submission runs is in the grade', async (t) => {
    const harness = await createHarness(t)
    const { people, quizId } = await classroom(harness, 4)
    await Promise.all(
      people.map(async (student, index) => {
        const { id } = await start(student, quizId)
        const acknowledged: Acknowledged[] = []
        await Promise.all([
          saveUntilClosed(student, id, acknowledged),
          submitAfter(student, id, acknowledged, 4 + index * 3),
        ])
        await requireNothingLost(harness, id, acknowledged)
      }),
    )
    assert.equal(await countDeadlocks(harness.db), 0)
  })

  test('what is acknowledged while the sweeper runs is in the grade', async (t) => {
    const harness = await createHarness(t)
    const { people, quizId } = await classroom(harness, 4, { timeLimitSeconds: 600, graceSeconds: 0 })
    const attempts = await Promise.all(
      people.map(async (student) => ({
        student,
        id: (await start(student, quizId)).id,
        acknowledged: [] as Acknowledged[],
      })),
    )
    let isSaving = true
    const sweeping = (async () => {
      while (isSaving) {
        await enqueue(harness.db, submitOverdue, {}, harness.clock.now())
        await harness.runJobs()
        // SQLite never waits: without a turn of the loop nobody else would run.
        await nextTurn()
      }
    })()
    const timeIsOver = (async () => {
      while (isSaving && attempts.some(({ acknowledged }) => acknowledged.length < 4)) await nextTurn()
      harness.clock.advance({ seconds: 601 })
    })()
    try {
      await Promise.all(attempts.map(({ student, id, acknowledged }) => saveUntilClosed(student, id, acknowledged)))
    } finally {
      isSaving = false
    }
    await Promise.all([sweeping, timeIsOver])
    await enqueue(harness.db, submitOverdue, {}, harness.clock.now())
    await harness.runJobs()
    for (const { id, acknowledged } of attempts) await requireNothingLost(harness, id, acknowledged)
    const rows = await harness.db.selectFrom('attempt').select(['status', 'submitted_by']).execute()
    assert.deepEqual(new Set(rows.map((row) => `${row.status} ${row.submitted_by}`)), new Set(['graded deadline']))
    assert.equal(await countDeadlocks(harness.db), 0)
  })

  test('everything at once on one quiz: no deadlock, and every count is right', async (t) => {
    const harness = await createHarness(t)
    const { owner, people, enrollmentIds, quizId, lessonId, courseId } = await classroom(harness, 8, {
      attemptsAllowed: 3,
      timeLimitSeconds: 600,
    })
    await Promise.all(
      people.map(async (student, index) => {
        const enrollmentId = enrollmentIds[index] ?? ''
        const { id } = await start(student, quizId)
        const answers = [3, 1, 2].map((position) => ({ position, sequence: position, answer: { value: '1' } }))
        const beats = `/enrollments/${enrollmentId}/lessons/${lessonId}/heartbeat`
        const grants = `/courses/${courseId}/accommodations/${student.userId}`
        const responses = await Promise.all([
          ...[1, 2, 3].map((position) =>
            student.put(`/attempts/${id}/answers/${position}`, { sequence: position, answer: { value: '1' } }),
          ),
          student.put(`/attempts/${id}/answers`, { answers }),
          student.put(`/attempts/${id}/answers`, { answers: answers.toReversed() }),
          student.post(`/attempts/${id}/submit`),
          student.post(`/quizzes/${quizId}/attempts`),
          student.post(`/quizzes/${quizId}/attempts`),
          student.post(beats),
          owner.post(`/attempts/${id}/reopen`, { reason: 'Race.', minutes: 5 }),
          owner.post(`/quizzes/${quizId}/extra-attempts`, { enrollmentId, attempts: 1, reason: 'Race.' }),
          owner.patch(`/quizzes/${quizId}`, { instructions: `Edit ${index}` }),
          owner.put(grants, { timeFactor: '1.5', reason: 'Race.' }),
          owner.get(`/quizzes/${quizId}/attempts`),
        ])
        for (const response of responses) assert.ok(response.statusCode < 500, response.body)
      }),
    )
    assert.equal(await countDeadlocks(harness.db), 0)
    const open = await harness.db.selectFrom('attempt').select('enrollment_id').where('status', '=', 'open').execute()
    assert.equal(new Set(open.map((row) => row.enrollment_id)).size, open.length)
  })
})

/** Hands in while saves are under way: after so many were acknowledged. */
async function submitAfter(student: Person, attemptId: string, acknowledged: Acknowledged[], count: number) {
  while (acknowledged.length < count) await nextTurn()
  await submit(student, attemptId)
}

/** Fails unless the journal holds exactly what was acknowledged, and what was graded is the newest of it. */
async function requireNothingLost(harness: Harness, attemptId: string, acknowledged: Acknowledged[]): Promise<void> {
  const rows = await harness.db.selectFrom('attempt_answer').selectAll().where('attempt_id', '=', attemptId).execute()
  const saved = await harness.db
    .selectFrom('attempt_event')
    .select(['position', 'sequence', 'digest'])
    .where('attempt_id', '=', attemptId)
    .where('event', '=', 'saved')
    .execute()
  assert.deepEqual(
    new Set(saved.map((one) => `${one.position} ${one.sequence} ${one.digest}`)),
    new Set(acknowledged.map((one) => `${one.position} ${one.sequence} ${one.digest}`)),
  )
  for (const row of rows) {
    assert.equal(row.is_open, false)
    const own = acknowledged.filter(({ position }) => position === row.position)
    assert.equal(row.sequence, own.at(-1)?.sequence ?? 0)
    assert.deepEqual(row.answer, own.at(-1)?.answer ?? null)
    assert.equal(row.points, (row.answer as { value: string } | null)?.value === RIGHT ? 10_000 : 0)
  }
}
