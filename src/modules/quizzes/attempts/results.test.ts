import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { enqueue } from '#platform/jobs/outbox.ts'
import { enroll } from '#support/enrollments.ts'
import { createHarness, mailsTo, signUpMany } from '#support/harness.ts'
import { makeQuestion } from '#support/questions.ts'
import { journalOf, quizOfOne, save, start, submit } from '#support/quizzes.ts'
import { submitOverdue } from '../jobs.ts'

const names = (lines: { event: string }[]) => lines.map(({ event }) => event)

describe('what a student sees of an attempt that was handed in', () => {
  test('200 with what the quiz shows, and nothing more in any field; staff sees everything', async (t) => {
    const harness = await createHarness(t)
    const { owner, student, quizId } = await quizOfOne(harness)
    const { id } = await start(student, quizId)
    await save(student, id, 1, 1)
    await submit(student, id)
    const seenAs = async (resultsShow: string, resultsWhen = 'immediately') => {
      await owner.patch(`/quizzes/${quizId}`, { resultsShow, resultsWhen })
      return (await student.get(`/attempts/${id}`)).json()
    }
    for (const hidden of [await seenAs('nothing'), await seenAs('solutions', 'never')]) {
      assert.deepEqual([hidden.shown, hidden.points, hidden.isPassed, hidden.questions], ['nothing', null, null, []])
      assert.equal(hidden.status, 'graded')
    }
    const score = await seenAs('score')
    assert.deepEqual([score.shown, score.points, score.isPassed, score.questions], ['score', '1', true, []])
    const answers = await seenAs('answers')
    assert.deepEqual([answers.questions[0].points, answers.questions[0].review], ['1', null])
    const solutions = await seenAs('solutions')
    assert.deepEqual(solutions.questions[1].review.solution, { value: true })
    await seenAs('nothing')
    const staff = (await owner.get(`/attempts/${id}`)).json()
    assert.deepEqual(
      [staff.shown, staff.points, staff.questions[1].review.solution],
      ['solutions', '1', { value: true }],
    )
    const [mine] = (await student.get(`/quizzes/${quizId}/my-attempts`)).json().items
    assert.equal(mine.points, null)
  })

  test('200 after-close only when nobody can answer any more, accommodations included', async (t) => {
    const harness = await createHarness(t)
    const closes = new Date(harness.clock.now().getTime() + 3_600_000).toISOString()
    const { owner, student, quizId, courseId, lessonId } = await quizOfOne(harness, {
      quiz: { closes, resultsShow: 'solutions', resultsWhen: 'after-close' },
    })
    const { id } = await start(student, quizId)
    await submit(student, id)
    const shown = async () => {
      const { get } = await harness.signIn(student)
      return (await get(`/attempts/${id}`)).json().shown
    }
    assert.equal(await shown(), 'nothing')
    const other = await harness.signUp('student')
    await enroll(other, courseId)
    const later = new Date(Date.parse(closes) + 3_600_000).toISOString()
    const grant = { closes: later, reason: 'Ill.' }
    const granted = await owner.put(`/lessons/${lessonId}/accommodations/${other.userId}`, grant)
    assert.ok(granted.statusCode < 300, granted.body)
    harness.clock.advance({ minutes: 90 })
    assert.equal(await shown(), 'nothing', 'one student can still answer')
    harness.clock.advance({ minutes: 60 })
    assert.equal(await shown(), 'solutions')
  })
})

describe('deadlines', () => {
  test('the sweeper hands in with what was saved, counts it and writes a mail; a later reading changes nothing', async (t) => {
    const harness = await createHarness(t)
    const { student, quizId } = await quizOfOne(harness, { quiz: { timeLimitSeconds: 60 } })
    const { id } = await start(student, quizId)
    await save(student, id, 1, 1)
    const sweep = async () => {
      await enqueue(harness.db, submitOverdue, {}, harness.clock.now())
      return harness.runJobs()
    }
    harness.clock.advance({ seconds: 80 })
    await sweep()
    assert.equal((await student.get(`/attempts/${id}`)).json().status, 'open', 'the grace is not over')
    harness.clock.advance({ seconds: 20 })
    assert.ok((await sweep()).includes('quizzes.send-result'))
    const swept = (await student.get(`/attempts/${id}`)).json()
    assert.deepEqual([swept.status, swept.submittedBy, swept.points], ['graded', 'deadline', '1'])
    const mails = mailsTo(harness, student).map((text) => text.replaceAll('\n', ' '))
    const mail = mails.find((text) => text.includes('time of your attempt')) ?? ''
    assert.match(mail, /1 of 2 answers/)
    assert.match(mail, /You have 1 of 2 points/)
    await sweep()
    assert.deepEqual(names(await journalOf(student, id)), ['started', 'saved', 'submitted', 'graded'])
    assert.match(await harness.metrics.metrics(), /attempts_submitted_total\{mode="graded",by="deadline"\} 1/)
  })

  test('time granted during an attempt reaches it, and the journal says so', async (t) => {
    const harness = await createHarness(t)
    const { owner, student, quizId, courseId, lessonId } = await quizOfOne(harness, {
      quiz: { timeLimitSeconds: 600 },
    })
    const before = await start(student, quizId)
    const grant = { timeFactor: '2', reason: 'Dyslexia.' }
    const granted = await owner.put(`/courses/${courseId}/accommodations/${student.userId}`, grant)
    assert.ok(granted.statusCode < 300, granted.body)
    const after = (await student.get(`/attempts/${before.id}`)).json()
    assert.equal(Date.parse(after.deadline) - Date.parse(before.startedAt), 1_200_000)
    assert.equal((await student.get(`/lessons/${lessonId}/deadline`)).json().deadline, after.deadline)
    harness.clock.advance({ seconds: 700 })
    assert.equal((await save(student, before.id, 1, 1)).isLate, false)
    await submit(student, before.id)
    assert.ok(names(await journalOf(student, before.id)).includes('extended'))
  })

  test('403 before it opens and after it closed, 409 without questions', async (t) => {
    const harness = await createHarness(t)
    const soon = new Date(harness.clock.now().getTime() + 600_000).toISOString()
    const later = new Date(harness.clock.now().getTime() + 1_200_000).toISOString()
    const { owner, student, quizId } = await quizOfOne(harness, { quiz: { opens: soon, closes: later } })
    const early = await student.post(`/quizzes/${quizId}/attempts`)
    assert.equal(early.statusCode, 403, early.body)
    assert.equal(early.json().opensAt, soon)
    harness.clock.advance({ minutes: 12 })
    await owner.patch(`/quizzes/${quizId}`, { items: [] })
    const again = await harness.signIn(student)
    assert.equal((await again.post(`/quizzes/${quizId}/attempts`)).json().type, '/problems/quizzes/empty')
    harness.clock.advance({ minutes: 15 })
    const closed = await (await harness.signIn(student)).post(`/quizzes/${quizId}/attempts`)
    assert.equal(closed.statusCode, 403, closed.body)
    assert.equal(closed.json().closedAt, later)
  })
})

describe('questions of an attempt', () => {
  test('are drawn and put in order anew for each, never twice, and stay as they are', async (t) => {
    const harness = await createHarness(t)
    const { owner, student, quizId, bankId, questionIds } = await quizOfOne(harness)
    for (let n = 0; n < 10; n++) {
      await makeQuestion(owner, bankId, { content: { type: 'true-false', prompt: `Drawn ${n}`, correct: true } })
    }
    const items = [
      { kind: 'question', questionId: questionIds[0], points: '1' },
      { kind: 'draw', bankId, count: 4, points: '2' },
      { kind: 'draw', bankId, count: 20, points: '1' },
    ]
    const wishes = { items, shuffleQuestions: true, attemptsAllowed: null }
    assert.equal((await owner.patch(`/quizzes/${quizId}`, wishes)).statusCode, 200)
    const orders = new Set<string>()
    for (let n = 0; n < 4; n++) {
      const begun = await start(student, quizId)
      const prompts = begun.questions.map((one: { question: { prompt: string } }) => one.question.prompt)
      // Twelve questions there are: what the second draw lacks is not asked.
      assert.equal(new Set(prompts).size, 12)
      assert.equal(begun.pointsPossible, '16')
      orders.add(prompts.join())
      const again = (await student.get(`/attempts/${begun.id}`)).json().questions
      assert.deepEqual(again, begun.questions)
      await submit(student, begun.id)
    }
    assert.ok(orders.size > 1, 'another order each time')
  })
})

describe('staff', () => {
  test('200 lists attempts page by page, and reads each; 403 and 404 for others', async (t) => {
    const harness = await createHarness(t)
    const { owner, student, quizId, courseId } = await quizOfOne(harness)
    const students = [student, ...(await signUpMany(harness, 2))]
    const ids: string[] = []
    for (const one of students) {
      if (one !== student) await enroll(one, courseId)
      ids.push((await start(one, quizId)).id)
    }
    await submit(student, ids[0] ?? '')
    const found: string[] = []
    let cursor = ''
    do {
      const page = await owner.get(`/quizzes/${quizId}/attempts?limit=2${cursor && `&cursor=${cursor}`}`)
      assert.equal(page.statusCode, 200, page.body)
      found.push(...page.json().items.map((one: { id: string }) => one.id))
      cursor = page.json().nextCursor ?? ''
    } while (cursor)
    assert.deepEqual(found, ids.toReversed())
    const graded = (await owner.get(`/quizzes/${quizId}/attempts?status=graded`)).json().items
    assert.deepEqual([graded.length, graded[0].student.id], [1, student.userId])
    assert.equal((await student.get(`/quizzes/${quizId}/attempts`)).statusCode, 403)
    const stranger = await harness.signUp('instructor')
    assert.equal((await stranger.get(`/quizzes/${quizId}/attempts`)).statusCode, 404)
    for (const path of [`/attempts/${ids[1]}`, `/attempts/${ids[1]}/journal`]) {
      assert.equal((await harness.visitor.get(path)).statusCode, 401)
      assert.equal((await stranger.get(path)).statusCode, 404)
      assert.equal((await student.get(path)).statusCode, 404)
      assert.equal((await owner.get(path)).statusCode, 200)
    }
    const own = await students[1]?.get(`/attempts/${ids[1]}/journal`)
    assert.equal(own?.statusCode, 409, 'its student reads the journal once it was handed in')
    assert.equal((await owner.get(`/attempts/${randomUUID()}`)).statusCode, 404)
  })

  test('200 reopens with a reason: answers stay, the grade waits, and is there again after handing in', async (t) => {
    const harness = await createHarness(t)
    const { owner, student, quizId, courseId } = await quizOfOne(harness, { quiz: { resultsShow: 'answers' } })
    const { id } = await start(student, quizId)
    await save(student, id, 1, 1)
    await submit(student, id)
    const body = { reason: 'The network was down.', minutes: 10 }
    assert.equal((await harness.visitor.post(`/attempts/${id}/reopen`, body)).statusCode, 401)
    assert.equal((await student.post(`/attempts/${id}/reopen`, body)).statusCode, 403)
    const assistant = await harness.signUp('student')
    await owner.post(`/courses/${courseId}/staff`, { email: assistant.email, staffRole: 'teaching-assistant' })
    assert.equal((await assistant.post(`/attempts/${id}/reopen`, body)).statusCode, 403)
    assert.equal((await owner.post(`/attempts/${id}/reopen`, { minutes: 10 })).statusCode, 400)
    assert.equal((await owner.post(`/attempts/${randomUUID()}/reopen`, body)).statusCode, 404)
    const reopened = await owner.post(`/attempts/${id}/reopen`, body)
    assert.equal(reopened.statusCode, 200, reopened.body)
    assert.deepEqual([reopened.json().status, reopened.json().points], ['open', null])
    const grade = async () => (await harness.db.selectFrom('grade').select('points').executeTakeFirst())?.points
    assert.equal(await grade(), null)
    assert.equal((await owner.post(`/attempts/${id}/reopen`, body)).json().type, '/problems/quizzes/attempt-open')
    assert.equal((await start(student, quizId)).id, id)
    await save(student, id, 2, 2)
    const done = await submit(student, id)
    assert.deepEqual([done.points, await grade()], ['2', 20_000])
    const lines = await journalOf(owner, id)
    const line = lines.find((one: { event: string }) => one.event === 'reopened')
    assert.deepEqual([line.actorId, line.details.reason], [owner.userId, body.reason])
    const audit = await harness.db.selectFrom('audit_event').select('action').execute()
    assert.ok(audit.some(({ action }) => action === 'attempt.reopened'))
  })

  test('409 to reopen while another attempt is open', async (t) => {
    const harness = await createHarness(t)
    const { owner, student, quizId } = await quizOfOne(harness, { quiz: { attemptsAllowed: 2 } })
    const first = await start(student, quizId)
    await submit(student, first.id)
    const second = await start(student, quizId)
    const refused = await owner.post(`/attempts/${first.id}/reopen`, { reason: 'Why not.', minutes: 5 })
    assert.equal(refused.statusCode, 409, refused.body)
    assert.equal(refused.json().attemptId, second.id)
  })

  test('201 grants extra attempts to one student; 409 for the others, once theirs are made', async (t) => {
    const harness = await createHarness(t)
    const { owner, student, enrollmentId, quizId, courseId } = await quizOfOne(harness)
    const other = await harness.signUp('student')
    await enroll(other, courseId)
    for (const one of [student, other]) await submit(one, (await start(one, quizId)).id)
    const path = `/quizzes/${quizId}/extra-attempts`
    const body = { enrollmentId, attempts: 1, reason: 'Fire alarm.' }
    assert.equal((await harness.visitor.post(path, body)).statusCode, 401)
    assert.equal((await student.post(path, body)).statusCode, 403)
    assert.equal((await owner.post(path, { ...body, enrollmentId: randomUUID() })).statusCode, 404)
    assert.equal((await owner.post(path, { ...body, attempts: 0 })).statusCode, 400)
    const granted = await owner.post(path, body)
    assert.equal(granted.statusCode, 201, granted.body)
    assert.deepEqual([granted.json().attemptsAllowed, granted.json().attemptsMade], [2, 1])
    await submit(student, (await start(student, quizId)).id)
    assert.equal((await student.post(`/quizzes/${quizId}/attempts`)).json().attemptsAllowed, 2)
    assert.equal((await other.post(`/quizzes/${quizId}/attempts`)).statusCode, 409)
  })
})
