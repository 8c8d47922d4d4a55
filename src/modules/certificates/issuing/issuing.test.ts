import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { inTransaction } from '#platform/database/transaction.ts'
import { enqueue } from '#platform/jobs/outbox.ts'
import { auditActions } from '#support/audit.ts'
import { certificatesOf, completeCourse, makeCertificate, setCertificates } from '#support/certificates.ts'
import { makeCourse } from '#support/courses.ts'
import { complete, enroll } from '#support/enrollments.ts'
import { createHarness, mailsTo } from '#support/harness.ts'
import { issueCertificate } from '../jobs.ts'

describe('completing a course', () => {
  test('issues a certificate, makes its document and mails its holder, once', async (t) => {
    const harness = await createHarness(t)
    const { student, courseId, enrollmentId } = await completeCourse(harness, {
      name: 'Žofie  Nguyễn',
      course: { title: 'Operations Research' },
    })
    assert.deepEqual(await certificatesOf(student), [])
    const jobs = await harness.runJobs()
    assert.deepEqual(
      jobs.filter((name) => name.startsWith('certificates.')),
      ['certificates.issue', 'certificates.render', 'certificates.announce'],
    )
    const [certificate, ...others] = await certificatesOf(student)
    assert.deepEqual(others, [])
    assert.match(certificate.number, /^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/)
    const { number, issuedAt, completedOn, verificationUrl, ...rest } = certificate
    assert.deepEqual(rest, {
      enrollmentId,
      courseId,
      userId: student.userId,
      holderName: 'Žofie Nguyễn',
      courseTitle: 'Operations Research',
      grade: null,
      status: 'valid',
      revokedAt: null,
      revocationReason: null,
      replacedBy: null,
      document: 'ready',
      documentFailure: null,
    })
    assert.equal(completedOn, harness.clock.now().toISOString().slice(0, 10))
    assert.ok(issuedAt)
    assert.equal(verificationUrl, `http://localhost:8000/api/v1/certificates/${number}`)
    const mails = mailsTo(harness, student).filter((text) => text.includes('your certificate'))
    assert.equal(mails.length, 1)
    assert.ok(mails[0]?.includes(number) && mails[0].includes(`/certificates/${number}`))
    assert.match(await harness.metrics.metrics(), /lms_certificates_issued_total\{cause="completion"\} 1/)
    assert.ok((await auditActions(harness.db)).includes('certificate.issued'))
  })

  test('issues nothing while certificates are off; switched on, everybody who has completed gets one', async (t) => {
    const harness = await createHarness(t)
    const { owner, student, courseId, enrollmentId } = await completeCourse(harness, { settings: { isEnabled: false } })
    const beginner = await harness.signUp('student')
    await enroll(beginner, courseId)
    await harness.runJobs()
    assert.deepEqual(await certificatesOf(student), [])
    const off = await owner.post(`/enrollments/${enrollmentId}/certificate`)
    assert.equal(off.statusCode, 409, off.body)
    assert.equal(off.json().type, '/problems/certificates/off')

    await setCertificates(owner, courseId)
    await harness.runJobs()
    assert.equal((await certificatesOf(student)).length, 1)
    assert.deepEqual(await certificatesOf(beginner), [])
  })

  test('50 jobs at once issue one certificate', async (t) => {
    const harness = await createHarness(t)
    const { student, enrollmentId } = await completeCourse(harness, { settings: { isEnabled: false } })
    await harness.runJobs()
    await harness.db.updateTable('certificate_setting').set({ is_enabled: true }).execute()
    // With all connections open the jobs really meet.
    await Promise.all(Array.from({ length: 50 }, () => certificatesOf(student)))
    const handler = harness.app.jobs.handlerOf(issueCertificate.name)
    const finish = async () => {}
    const signal = new AbortController().signal
    const runs = Array.from({ length: 50 }, (_, index) =>
      handler?.run({ enrollmentId }, { jobId: `job-${index}`, attempt: 1, signal, finish }),
    )
    await Promise.all(runs)
    assert.equal((await certificatesOf(student)).length, 1)
    assert.match(await harness.metrics.metrics(), /lms_certificates_issued_total\{cause="completion"\} 1\n/)
    const jobs = await harness.runJobs()
    assert.equal(jobs.filter((name) => name === 'certificates.render').length, 1)
  })

  test('a job that runs again after the certificate was revoked issues no other', async (t) => {
    const harness = await createHarness(t)
    const { owner, student, enrollmentId, number } = await makeCertificate(harness)
    assert.equal((await owner.post(`/certificates/${number}/revoke`, { reason: 'Copied.' })).statusCode, 200)
    await inTransaction(harness.db, (tx) => enqueue(tx, issueCertificate, { enrollmentId }, harness.clock.now()))
    await harness.runJobs()
    const again = await owner.post(`/enrollments/${enrollmentId}/certificate`)
    assert.equal(again.statusCode, 200, again.body)
    assert.equal(again.json().status, 'revoked')
    assert.equal((await certificatesOf(student)).length, 1)
  })
})

describe('POST /enrollments/:enrollmentId/certificate', () => {
  test('201 once and 200 for all others, of 50 at once; one certificate and one document', async (t) => {
    const harness = await createHarness(t)
    const { owner, student, enrollmentId } = await completeCourse(harness)
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => owner.post(`/enrollments/${enrollmentId}/certificate`)),
    )
    const statuses = answers.map(({ statusCode }) => statusCode)
    assert.equal(statuses.filter((status) => status === 201).length, 1, String(statuses))
    assert.equal(statuses.filter((status) => status === 200).length, 49)
    assert.equal(new Set(answers.map((answer) => answer.json().number)).size, 1)
    const jobs = await harness.runJobs()
    assert.equal(jobs.filter((name) => name === 'certificates.render').length, 1)
    assert.equal((await certificatesOf(student)).length, 1)
    assert.match(await harness.metrics.metrics(), /lms_certificates_issued_total\{cause="staff"\} 1\n/)
  })

  test('409 before the course is completed', async (t) => {
    const harness = await createHarness(t)
    const owner = await harness.signUp('instructor')
    const { courseId } = await makeCourse(owner)
    await setCertificates(owner, courseId)
    const student = await harness.signUp('student')
    const enrollmentId = await enroll(student, courseId)
    const response = await owner.post(`/enrollments/${enrollmentId}/certificate`)
    assert.equal(response.statusCode, 409, response.body)
    assert.equal(response.json().type, '/problems/certificates/not-completed')
    assert.deepEqual(await certificatesOf(student), [])
  })

  test('401 without a token, 403 for the student, 404 for strangers and unknown enrollments', async (t) => {
    const harness = await createHarness(t)
    const { owner, student, enrollmentId } = await completeCourse(harness)
    const path = `/enrollments/${enrollmentId}/certificate`
    assert.equal((await harness.visitor.post(path)).statusCode, 401)
    assert.equal((await student.post(path)).statusCode, 403)
    assert.equal((await (await harness.signUp('instructor')).post(path)).statusCode, 404)
    assert.equal((await owner.post(`/enrollments/${randomUUID()}/certificate`)).statusCode, 404)
  })
})

test('a later name, title and template do not alter what was issued', async (t) => {
  const harness = await createHarness(t)
  const { owner, student, courseId, number, certificate } = await makeCertificate(harness, {
    name: 'Ada Byron',
    course: { title: 'Engines' },
  })
  const before = (await student.get(`/certificates/${number}/document`)).rawPayload
  await student.patch('/users/me', { fullName: 'Ada Lovelace' })
  await owner.patch(`/courses/${courseId}`, { title: 'Engines II' })
  await setCertificates(owner, courseId, { heading: 'Diploma' })
  await harness.runJobs()
  assert.deepEqual(await certificatesOf(student), [certificate])
  assert.deepEqual((await student.get(`/certificates/${number}/document`)).rawPayload, before)
  const verification = (await harness.visitor.get(`/certificates/${number}`)).json()
  assert.deepEqual([verification.holderName, verification.courseTitle], ['Ada Byron', 'Engines'])
})

test('lists page by page, for the holder and for staff; 401, 403 and 404 for others', async (t) => {
  const harness = await createHarness(t)
  const { owner, student, courseId } = await makeCertificate(harness)
  const second = await harness.signUp('student')
  const enrollmentId = await enroll(second, courseId)
  const [lesson] = await harness.db.selectFrom('lesson').select('id').where('course_id', '=', courseId).execute()
  harness.clock.advance({ minutes: 1 })
  await complete(second, enrollmentId, lesson?.id ?? '')
  await harness.runJobs()
  const path = `/courses/${courseId}/certificates`
  const first = (await owner.get(`${path}?limit=1`)).json()
  assert.equal(first.items[0].userId, second.userId)
  const next = (await owner.get(`${path}?limit=1&cursor=${first.nextCursor}`)).json()
  assert.equal(next.items[0].userId, student.userId)
  assert.equal(next.nextCursor, null)
  assert.equal((await certificatesOf(student)).length, 1)
  assert.equal((await harness.visitor.get(path)).statusCode, 401)
  assert.equal((await harness.visitor.get('/users/me/certificates')).statusCode, 401)
  assert.equal((await student.get(path)).statusCode, 403)
  assert.equal((await owner.get(`/courses/${randomUUID()}/certificates`)).statusCode, 404)
  assert.equal((await owner.get(`${path}?cursor=nonsense`)).statusCode, 400)
})
