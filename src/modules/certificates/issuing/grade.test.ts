import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inTransaction } from '#platform/database/transaction.ts'
import { enqueue } from '#platform/jobs/outbox.ts'
import { certificatesOf, completeCourse, setCertificates } from '#support/certificates.ts'
import { addItem, changeGrade } from '#support/gradebook.ts'
import { createHarness } from '#support/harness.ts'
import { issueGradedCertificates } from '../jobs.ts'

const graded = { showsGrade: true, text: '{holder}\n{course}\nGrade: {grade}' }

describe('a course that shows the grade', () => {
  test('prints, signs and verifies the final grade of the time of issue', async (t) => {
    const harness = await createHarness(t)
    const { owner, student, courseId, enrollmentId } = await completeCourse(harness, { settings: { isEnabled: false } })
    const itemId = await addItem(owner, courseId, { isReleased: true })
    await changeGrade(owner, { enrollmentId }, itemId, { points: '8.45' })
    await setCertificates(owner, courseId, graded)
    await harness.runJobs()
    const [certificate] = await certificatesOf(student)
    assert.match(certificate.grade, /^[A-Z][+-]? \(84\.5 %\)$/)
    const seen = (await harness.visitor.get(`/certificates/${certificate.number}`)).json()
    assert.equal(seen.grade, certificate.grade)
    const credential = (await student.get(`/certificates/${certificate.number}/credential`)).body
    const payload = JSON.parse(Buffer.from(credential.split('.')[1] ?? '', 'base64url').toString())
    assert.deepEqual(payload.credentialSubject.result, [{ type: ['Result'], value: certificate.grade }])
    const { content } = await harness.db.selectFrom('certificate').select('content').executeTakeFirstOrThrow()
    assert.equal(content.lines.at(-1)?.text, `Grade: \u2068${certificate.grade}\u2069`)

    await changeGrade(owner, { enrollmentId }, itemId, { points: '10' })
    assert.equal((await certificatesOf(student))[0].grade, certificate.grade)
    const next = await owner.post(`/certificates/${certificate.number}/reissue`, { reason: 'Regraded.' })
    assert.match(next.json().grade, /\(100 %\)/)
  })

  test('leaves the line of the grade out where there is none', async (t) => {
    const harness = await createHarness(t)
    const { student } = await completeCourse(harness, { settings: graded })
    await harness.runJobs()
    assert.equal((await certificatesOf(student))[0].grade, null)
    const { content } = await harness.db.selectFrom('certificate').select('content').executeTakeFirstOrThrow()
    assert.deepEqual(
      content.lines.map(({ kind }) => kind),
      ['holder', 'course'],
    )
  })
})

describe('a course that asks for a grade', () => {
  test('issues nothing below it, and says so; within the hour after the grade was reached, the certificate', async (t) => {
    const harness = await createHarness(t)
    const { owner, student, courseId, enrollmentId } = await completeCourse(harness, {
      settings: { minimumPercent: '60' },
    })
    await harness.runJobs()
    const refused = await owner.post(`/enrollments/${enrollmentId}/certificate`)
    assert.equal(refused.statusCode, 409, refused.body)
    assert.equal(refused.json().type, '/problems/certificates/grade-too-low')
    assert.equal(refused.json().minimumPercent, '60')

    const itemId = await addItem(owner, courseId, { isReleased: true })
    const run = async () => {
      await inTransaction(harness.db, (tx) => enqueue(tx, issueGradedCertificates, {}, harness.clock.now()))
      await harness.runJobs()
    }
    await changeGrade(owner, { enrollmentId }, itemId, { points: '5.99' })
    await run()
    assert.deepEqual(await certificatesOf(student), [])
    await changeGrade(owner, { enrollmentId }, itemId, { points: '6' })
    await run()
    const [certificate] = await certificatesOf(student)
    assert.deepEqual([certificate.status, certificate.grade], ['valid', null])
    await changeGrade(owner, { enrollmentId }, itemId, { points: '1' })
    await run()
    assert.deepEqual(await certificatesOf(student), [certificate], 'what was issued stays')
  })
})
