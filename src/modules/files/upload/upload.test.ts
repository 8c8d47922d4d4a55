import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { describe, test } from 'node:test'
import { makeCourse } from '#support/courses.ts'
import { eventually } from '#support/eventually.ts'
import { createHarness, type Harness } from '#support/harness.ts'
import { form, pdf, png, send, storedObjects, upload } from '#support/uploads.ts'

const rowsOf = ({ db }: Pick<Harness, 'db'>) => db.selectFrom('stored_file').selectAll().execute()

async function assertNothingStored(harness: Harness): Promise<void> {
  assert.deepEqual(await rowsOf(harness), [])
  assert.deepEqual(await storedObjects(harness), [])
}

const file = (content: string | Buffer = pdf, name = 'notes.pdf') => ({ field: 'file', content, name })

describe('POST /files', () => {
  test('201 keeps the bytes as they are and says what they are', async (t) => {
    const harness = await createHarness(t)
    const student = await harness.signUp('student')
    const response = await send(student, form({ ...file(), type: 'text/html' }))
    assert.equal(response.statusCode, 201, response.body)
    const { id, createdAt, ...rest } = response.json()
    assert.equal(response.headers.location, `/api/v1/files/${id}`)
    assert.ok(Math.abs(Date.parse(createdAt) - Date.now()) < 60_000)
    assert.deepEqual(rest, {
      name: 'notes.pdf',
      mediaType: 'application/pdf',
      kind: 'document',
      sizeBytes: pdf.length,
      sha256: createHash('sha256').update(pdf).digest('hex'),
      courseId: null,
      ownerId: student.userId,
    })
    assert.equal((await storedObjects(harness)).length, 1)
    const content = await student.get(`/files/${id}/content`)
    assert.deepEqual(content.rawPayload, pdf)
    const audit = await harness.db.selectFrom('audit_event').selectAll().where('action', '=', 'file.uploaded').execute()
    assert.deepEqual(
      audit.map((event) => [event.actor_id, event.subject_id]),
      [[student.userId, id]],
    )
  })

  test('201 with a course for those who may edit it; 403 for its students, 404 for whoever may not know it', async (t) => {
    const harness = await createHarness(t)
    const [owner, assistant, student, other] = [
      await harness.signUp('instructor'),
      await harness.signUp('instructor'),
      await harness.signUp('student'),
      await harness.signUp('instructor'),
    ]
    const { courseId } = await makeCourse(owner)
    const { courseId: draftId } = await makeCourse(owner, { isPublished: false })
    const added_at = harness.clock.now().toISOString()
    await harness.db
      .insertInto('course_staff')
      .values({ course_id: draftId, user_id: assistant.userId, staff_role: 'teaching-assistant', added_at })
      .execute()
    const into = (course: string) => form({ field: 'courseId', content: course }, file())
    assert.equal((await send(student, into(courseId))).statusCode, 403)
    assert.equal((await send(other, into(courseId))).statusCode, 403)
    assert.equal((await send(assistant, into(draftId))).statusCode, 403)
    assert.equal((await send(student, into(draftId))).statusCode, 404)
    assert.equal((await send(other, into(draftId))).statusCode, 404)
    assert.equal((await send(owner, into('01900000-0000-7000-8000-000000000000'))).statusCode, 404)
    await assertNothingStored(harness)
    const stored = await send(owner, into(draftId))
    assert.equal(stored.statusCode, 201, stored.body)
    assert.equal(stored.json().courseId, draftId)
    const administrator = await harness.signUp('administrator')
    assert.equal((await send(administrator, into(courseId))).statusCode, 201)
  })

  test('401 for a visitor, before a byte of the form is looked at', async (t) => {
    const harness = await createHarness(t)
    const response = await harness.visitor.post('/files', 'no form', { 'content-type': 'multipart/form-data' })
    assert.equal(response.statusCode, 401)
    await assertNothingStored(harness)
  })

  test('415 for a body that is no form, naming the type to send', async (t) => {
    const harness = await createHarness(t)
    const student = await harness.signUp('student')
    for (const type of ['application/json', 'application/pdf', 'text/plain']) {
      const response = await student.post('/files', '{}', { 'content-type': type })
      assert.equal(response.statusCode, 415, response.body)
      assert.match(response.json().detail, /multipart\/form-data/)
    }
    await assertNothingStored(harness)
  })

  test('400 for a form that is wrong, naming the field, and nothing is kept', async (t) => {
    const harness = await createHarness(t)
    const instructor = await harness.signUp('instructor')
    const { courseId } = await makeCourse(instructor)
    const course = { field: 'courseId', content: courseId }
    const wrong = [
      [form(), undefined],
      [form(course), '/body/file'],
      [form({ field: 'file', content: 'text' }), '/body/file'],
      [form(file('')), '/body/file'],
      [form({ field: 'courseId', content: 'x' }, file()), '/body/courseId'],
      [form(course, course, file()), '/body/courseId'],
      [form(file(), course), '/body/courseId'],
      [form({ ...file(), field: 'courseId' }), '/body/courseId'],
      [form({ field: 'ownerId', content: 'x' }, file()), '/body/ownerId'],
      [form({ ...file(), field: 'other' }), '/body/other'],
      [form(file(), file()), '/body/file'],
      [form({ field: '__proto__', content: 'x' }, file()), undefined],
      [form({ field: '', content: 'x' }, file()), undefined],
    ] as const
    for (const [body, pointer] of wrong) {
      const response = await send(instructor, body)
      assert.equal(response.statusCode, 400, `${pointer}: ${response.body}`)
      assert.match(String(response.headers['content-type']), /^application\/problem\+json/)
      if (pointer)
        assert.deepEqual(
          response.json().errors.map((one: { pointer: string }) => one.pointer),
          [pointer],
        )
    }
    await assertNothingStored(harness)
  })

  test('400 for a form that ends too early or has no boundary, and nothing is kept', async (t) => {
    const harness = await createHarness(t)
    const student = await harness.signUp('student')
    const whole = form(file(Buffer.concat([pdf, Buffer.alloc(200_000, 'x')])))
    for (const length of [10, 60, 150, 100_000, whole.payload.length - 30]) {
      const cut = { ...whole, payload: whole.payload.subarray(0, length) }
      const response = await send(student, cut)
      assert.equal(response.statusCode, 400, `${length}: ${response.body}`)
    }
    for (const type of [
      'multipart/form-data',
      'multipart/form-data; boundary=other',
      'multipart/form-data; boundary=',
    ]) {
      const response = await student.post('/files', whole.payload, { 'content-type': type })
      assert.equal(response.statusCode, 400, `${type}: ${response.body}`)
    }
    await assertNothingStored(harness)
  })

  test('413 for a file of one byte more than allowed, and nothing is kept', async (t) => {
    const harness = await createHarness(t, { settings: { UPLOAD_MAX_MEGABYTES: '1' } })
    const student = await harness.signUp('student')
    const mebibyte = 1024 * 1024
    const filled = (size: number) => Buffer.concat([pdf, Buffer.alloc(size - pdf.length, 'x')])
    const refused = await send(student, form(file(filled(mebibyte + 1))))
    assert.equal(refused.statusCode, 413, refused.body)
    assert.equal(refused.json().maxBytes, mebibyte)
    await assertNothingStored(harness)
    assert.equal((await send(student, form(file(filled(mebibyte))))).statusCode, 201)
  })

  test('409 when a person’s own files would take more than the quota; a course’s files do not count', async (t) => {
    const harness = await createHarness(t, { settings: { UPLOAD_QUOTA_MEGABYTES: '1', UPLOAD_MAX_MEGABYTES: '2' } })
    const instructor = await harness.signUp('instructor')
    const { courseId } = await makeCourse(instructor)
    const large = Buffer.concat([pdf, Buffer.alloc(700_000, 'x')])
    await upload(instructor, { content: large, courseId })
    await upload(instructor, { content: large })
    const refused = await send(instructor, form(file(large)))
    assert.equal(refused.statusCode, 409, refused.body)
    assert.equal(refused.json().type, '/problems/files/quota-exceeded')
    assert.equal((await rowsOf(harness)).length, 2)
    assert.equal((await storedObjects(harness)).length, 2)
    const [own] = (await instructor.get('/users/me/files')).json().items
    assert.equal((await instructor.delete(`/files/${own.id}`)).statusCode, 204)
    await upload(instructor, { content: large })
  })

  test('507 when the disk has no room to spare, and 503 while it is gone; reading goes on when it is back', async (t) => {
    const full = await createHarness(t, { settings: { UPLOAD_DISK_RESERVE_MEGABYTES: '1000000000' } })
    const refused = await send(await full.signUp('student'), form(file()))
    assert.equal(refused.statusCode, 507, refused.body)
    assert.equal(refused.json().type, '/problems/files/storage-full')
    await assertNothingStored(full)

    const harness = await createHarness(t)
    const student = await harness.signUp('student')
    const { id } = await upload(student)
    const directory = join(harness.dataDirectory, 'files')
    await rename(directory, `${directory}-away`)
    for (const response of [await send(student, form(file())), await student.get(`/files/${id}/content`)]) {
      assert.equal(response.statusCode, 503, response.body)
      assert.equal(response.json().type, '/problems/files/storage-unavailable')
      assert.ok(Number(response.headers['retry-after']) > 0)
    }
    await rename(`${directory}-away`, directory)
    assert.equal((await student.get(`/files/${id}/content`)).statusCode, 200)
    assert.equal((await rowsOf(harness)).length, 1)
  })

  test('a course that is deleted while the file is on its way: 404, and the object goes, too', async (t) => {
    const harness = await createHarness(t)
    const owner = await harness.signUp('instructor')
    const { courseId } = await makeCourse(owner, { isPublished: false })
    const large = Buffer.concat([pdf, Buffer.alloc(200_000, 'x')])
    const { headers, payload } = form({ field: 'courseId', content: courseId }, file(large))
    const body = new PassThrough()
    const answer = owner.post('/files', body, headers)
    body.write(payload.subarray(0, 150_000))
    await eventually(async () => assert.equal((await storedObjects(harness)).length, 1))
    assert.equal((await owner.delete(`/courses/${courseId}`)).statusCode, 204)
    body.end(payload.subarray(150_000))
    const response = await answer
    assert.equal(response.statusCode, 404, response.body)
    await assertNothingStored(harness)
  })

  test('a file outlives its course: it is then its owner’s alone', async (t) => {
    const harness = await createHarness(t)
    const [owner, administrator] = [await harness.signUp('instructor'), await harness.signUp('administrator')]
    const { courseId } = await makeCourse(owner, { isPublished: false })
    const { id } = await upload(administrator, { courseId })
    assert.equal((await owner.get(`/files/${id}`)).statusCode, 200)
    assert.equal((await owner.delete(`/courses/${courseId}`)).statusCode, 204)
    assert.equal((await owner.get(`/files/${id}`)).statusCode, 404)
    assert.equal((await administrator.get(`/files/${id}`)).json().courseId, null)
  })

  test('uploads are counted by outcome and by kind', async (t) => {
    const harness = await createHarness(t)
    const student = await harness.signUp('student')
    await upload(student, { content: png })
    await send(student, form(file(Buffer.from('7f454c460201', 'hex'))))
    await send(student, form(file('')))
    await send(student, form({ field: 'courseId', content: '01900000-0000-7000-8000-000000000000' }, file()))
    const text = await harness.metrics.metrics()
    for (const line of [
      'lms_files_uploads_total{outcome="stored"} 1',
      'lms_files_uploads_total{outcome="type-refused"} 1',
      'lms_files_uploads_total{outcome="invalid"} 1',
      'lms_files_uploads_total{outcome="forbidden"} 1',
      'lms_files_uploads_total{outcome="aborted"} 0',
      `lms_files_upload_bytes_total{kind="image"} ${png.length}`,
      'lms_files_upload_bytes_total{kind="video"} 0',
      'lms_files_uploads_running 0',
    ]) {
      assert.ok(text.includes(`${line}\n`), line)
    }
  })
})
