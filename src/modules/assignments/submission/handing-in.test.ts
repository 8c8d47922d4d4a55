import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { setUpAssignment } from '#support/assignments.ts'
import { enroll } from '#support/enrollments.ts'
import { pdf, upload } from '#support/uploads.ts'

describe('POST /lessons/:lessonId/submissions', () => {
  test('201 hands in by the clock of the server, and keeps every version', async (t) => {
    const { student, clock, lessonId, handIn, metrics } = await setUpAssignment(t)
    const first = await handIn('First')
    const submittedAt = clock.now().toISOString()
    clock.advance({ hours: 1 })
    const second = await handIn('Second')
    assert.deepEqual([first.number, second.number, first.submissionId], [1, 2, second.submissionId])
    const mine = await student.get(`/lessons/${lessonId}/submissions/mine`)
    assert.equal(mine.statusCode, 200, mine.body)
    const { versions, state, grade } = mine.json()
    assert.deepEqual([state, grade], ['waiting', null])
    assert.deepEqual(
      versions.map((one: Record<string, unknown>) => [one.number, one.text]),
      [
        [2, 'Second'],
        [1, 'First'],
      ],
    )
    assert.equal(versions[1].submittedAt, submittedAt)
    assert.match(await metrics.metrics(), /lms_submissions_total\{timing="on-time"\} 2/)
  })

  test('400 when the client sets a time or a status, hands in nothing, or what the assignment does not take', async (t) => {
    const { student, lessonId, change } = await setUpAssignment(t)
    const path = `/lessons/${lessonId}/submissions`
    const statusOf = async (body: Record<string, unknown>) => (await student.post(path, body)).statusCode
    assert.equal(await statusOf({ text: 'x', submittedAt: '2020-01-01T00:00:00Z' }), 400)
    assert.equal(await statusOf({ text: 'x', state: 'released' }), 400)
    assert.equal(await statusOf({ text: '  ' }), 400)
    assert.equal(await statusOf({ text: 'x', fileIds: [randomUUID()] }), 400)
    await change({ acceptsText: false, filesMax: 1 })
    const unknown = await student.post(path, { fileIds: [randomUUID()] })
    assert.equal(unknown.json().errors[0].pointer, '/body/fileIds/0')
    assert.equal((await student.post(path, { text: 'x' })).json().errors[0].pointer, '/body/text')
  })

  test('401, 403 and 404 for those whom it is not for', async (t) => {
    const { owner, visitor, student, signUp, lessonId, enrollmentId } = await setUpAssignment(t)
    const path = `/lessons/${lessonId}/submissions`
    const body = { text: 'x' }
    assert.equal((await visitor.post(path, body)).statusCode, 401)
    for (const stranger of [owner, await signUp('student')]) {
      assert.equal((await stranger.post(path, body)).json().type, '/problems/courses/enrollment-needed')
    }
    assert.equal((await student.post(`/lessons/${randomUUID()}/submissions`, body)).statusCode, 404)
    assert.equal((await student.post(`/enrollments/${enrollmentId}/withdraw`)).statusCode, 200)
    assert.equal((await student.post(path, body)).statusCode, 403)
  })

  test('409 before it opens and after it closes, the very millisecond of the cut-off and the grace still count', async (t) => {
    const dates = (inHours: (hours: number) => string) => ({
      opens: inHours(1),
      due: inHours(2),
      closes: inHours(3),
      graceSeconds: 10,
    })
    const { student, clock, lessonId, handIn } = await setUpAssignment(t, dates)
    const early = await student.post(`/lessons/${lessonId}/submissions`, { text: 'x' })
    assert.equal(early.json().type, '/problems/assignments/not-open-yet')
    clock.advance({ hours: 1 })
    assert.equal((await handIn('a')).lateDays, 0)
    clock.advance({ hours: 1 })
    assert.equal((await handIn('b')).lateDays, 0, 'due in this millisecond')
    clock.advance({ hours: 1 })
    assert.equal((await handIn('c')).lateDays, 1, 'closes in this millisecond')
    clock.advance({ seconds: 10 })
    await handIn('d')
    clock.advance({ seconds: 0.001 })
    const late = await student.post(`/lessons/${lessonId}/submissions`, { text: 'e' })
    assert.equal(late.json().type, '/problems/assignments/closed')
    const again = await student.post(`/lessons/${lessonId}/submissions`, { text: 'd' })
    assert.equal(again.statusCode, 200, 'what was handed in in time may be sent again')
    assert.equal(again.json().number, 4)
  })

  test('409 after the due date when nothing late is accepted, unless the student was granted more time', async (t) => {
    const { owner, student, clock, lessonId, handIn } = await setUpAssignment(t, (inHours) => ({
      due: inHours(2),
      closes: inHours(100),
      latePolicy: 'refuse',
    }))
    clock.advance({ hours: 3 })
    const refused = await student.post(`/lessons/${lessonId}/submissions`, { text: 'x' })
    assert.equal(refused.json().type, '/problems/assignments/closed')
    const extension = { extraDays: 1, reason: 'Ill' }
    await owner.put(`/lessons/${lessonId}/accommodations/${student.userId}`, extension)
    assert.equal((await handIn('x')).lateDays, 0)
  })

  test('a second click makes no second version, and ten at once make one submission', async (t) => {
    const { student, db, lessonId } = await setUpAssignment(t)
    const path = `/lessons/${lessonId}/submissions`
    const same = await Promise.all(Array.from({ length: 5 }, () => student.post(path, { text: 'Same' })))
    assert.deepEqual(same.map(({ statusCode }) => statusCode).sort(), [200, 200, 200, 200, 201])
    const others = await Promise.all(Array.from({ length: 10 }, (_, n) => student.post(path, { text: `Text ${n}` })))
    for (const { statusCode, body } of others) assert.equal(statusCode, 201, body)
    const submission = await db.selectFrom('submission').selectAll().executeTakeFirstOrThrow()
    assert.equal(submission.latest_number, 11)
    const versions = await db.selectFrom('submission_version').select('number').orderBy('number').execute()
    assert.deepEqual(
      versions.map(({ number }) => number),
      Array.from({ length: 11 }, (_, n) => n + 1),
    )
  })

  test('a submission that races the cut-off is in or out as a whole', async (t) => {
    const { student, db, clock, lessonId } = await setUpAssignment(t, (inHours) => ({ closes: inHours(1) }))
    clock.advance({ hours: 1, seconds: -0.005 })
    const answers = []
    for (let n = 0; n < 12; n++) {
      answers.push(student.post(`/lessons/${lessonId}/submissions`, { text: `Text ${n}` }))
      if (n === 5) clock.advance({ seconds: 0.006 })
    }
    const statuses = (await Promise.all(answers)).map(({ statusCode }) => statusCode)
    const accepted = statuses.filter((status) => status === 201).length
    assert.equal(accepted + statuses.filter((status) => status === 409).length, 12)
    const closesAt = clock.now().toISOString()
    const versions = await db.selectFrom('submission_version').select('submitted_at').execute()
    assert.equal(versions.length, accepted)
    for (const { submitted_at } of versions) assert.ok(submitted_at < closesAt)
    assert.equal((await student.post(`/lessons/${lessonId}/submissions`, { text: 'Late' })).statusCode, 409)
  })
})

describe('files that are handed in', () => {
  test('are for their student and the staff, not for other students, and cannot be deleted or put into a lesson', async (t) => {
    const { owner, student, signUp, db, courseId, lessonId } = await setUpAssignment(t, () => ({ filesMax: 2 }))
    const file = await upload(student, { content: pdf, name: 'essay.pdf' })
    assert.equal((await owner.get(`/files/${file.id}`)).statusCode, 404, 'before it is handed in')
    const handedIn = await student.post(`/lessons/${lessonId}/submissions`, { fileIds: [file.id] })
    assert.equal(handedIn.statusCode, 201, handedIn.body)
    assert.equal((await owner.get(`/files/${file.id}/content`)).statusCode, 200)
    assert.equal((await student.get(`/files/${file.id}/content`)).statusCode, 200)
    const other = await signUp('student')
    await enroll(other, courseId)
    assert.equal((await other.get(`/files/${file.id}`)).statusCode, 404)
    assert.equal((await student.delete(`/files/${file.id}`)).json().type, '/problems/files/in-use')

    const { module_id } = await db.selectFrom('lesson').select('module_id').executeTakeFirstOrThrow()
    const content = { fileId: file.id }
    const lesson = await owner.post(`/modules/${module_id}/lessons`, { type: 'file', title: 'Theft', content })
    assert.equal(lesson.json().errors[0].pointer, '/body/content/fileId')
    const source = { format: 'markdown', source: `See /files/${file.id}` }
    const page = { type: 'page', title: 'Look', content: source, status: 'published' }
    assert.equal((await owner.post(`/modules/${module_id}/lessons`, page)).statusCode, 201)
    assert.equal((await other.get(`/files/${file.id}`)).statusCode, 404, 'though a page mentions it')

    const { body } = await owner.get(`/submissions/${handedIn.json().submissionId}`)
    assert.match(body, /"name":"essay.pdf"/)
  })

  test('400 for a file of somebody else', async (t) => {
    const { student, signUp, courseId, lessonId } = await setUpAssignment(t, () => ({ filesMax: 2 }))
    const other = await signUp('student')
    await enroll(other, courseId)
    const foreign = await upload(other, { content: pdf, name: 'theirs.pdf' })
    const response = await student.post(`/lessons/${lessonId}/submissions`, { fileIds: [foreign.id] })
    assert.equal(response.statusCode, 400, response.body)
    assert.equal((await other.get(`/files/${foreign.id}`)).json().courseId, null)
  })

  test('no longer count against the room that a student has for his own', async (t) => {
    const { student, db, lessonId } = await setUpAssignment(t, () => ({ filesMax: 1 }))
    const { id } = await upload(student, { content: pdf, name: 'essay.pdf' })
    await student.post(`/lessons/${lessonId}/submissions`, { fileIds: [id] })
    const row = await db.selectFrom('stored_file').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
    assert.ok(row.course_id)
    assert.equal(row.is_confidential, true)
  })
})

describe('GET /submissions/:submissionId', () => {
  test('404 for other students and strangers', async (t) => {
    const { owner, student, signUp, courseId, lessonId, handIn } = await setUpAssignment(t)
    const { submissionId } = await handIn()
    const path = `/submissions/${submissionId}`
    assert.equal((await student.get(path)).statusCode, 200)
    assert.equal((await owner.get(path)).statusCode, 200)
    const other = await signUp('student')
    await enroll(other, courseId)
    assert.equal((await other.get(path)).statusCode, 404)
    assert.equal((await (await signUp('instructor')).get(path)).statusCode, 404)
    assert.equal((await other.get(`/lessons/${lessonId}/submissions/mine`)).statusCode, 404)
  })
})
