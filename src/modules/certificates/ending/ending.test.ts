import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { auditActions } from '#support/audit.ts'
import { certificatesOf, englishSettings, makeCertificate, setCertificates } from '#support/certificates.ts'
import { addStaff } from '#support/gradebook.ts'
import { createHarness, mailsTo } from '#support/harness.ts'

describe('POST /certificates/:number/revoke', () => {
  test('200: it counts no more, its holder is told why and gets nothing more to show', async (t) => {
    const harness = await createHarness(t)
    const { owner, student, number } = await makeCertificate(harness)
    const response = await owner.post(`/certificates/${number}/revoke`, { reason: ' The work was copied. ' })
    assert.equal(response.statusCode, 200, response.body)
    assert.equal(response.json().status, 'revoked')
    assert.equal(response.json().revocationReason, 'The work was copied.')
    const seen = (await harness.visitor.get(`/certificates/${number}`)).json()
    assert.equal(seen.status, 'revoked')
    assert.equal(JSON.stringify(seen).includes('copied'), false)
    await harness.runJobs()
    assert.ok(mailsTo(harness, student).some((text) => text.includes('The work was copied.')))
    for (const part of ['document', 'credential']) {
      const refused = await student.get(`/certificates/${number}/${part}`)
      assert.equal(refused.statusCode, 409, refused.body)
      assert.equal(refused.json().type, '/problems/certificates/revoked')
    }
    assert.equal((await certificatesOf(student))[0].status, 'revoked')
    assert.match(await harness.metrics.metrics(), /lms_certificates_revoked_total\{reason="revoked"\} 1/)
    assert.ok((await auditActions(harness.db)).includes('certificate.revoked'))
  })

  test('409 the second time; of many at once one revokes', async (t) => {
    const harness = await createHarness(t)
    const { owner, number } = await makeCertificate(harness)
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => owner.post(`/certificates/${number}/revoke`, { reason: 'Copied.' })),
    )
    const statuses = answers.map(({ statusCode }) => statusCode).sort()
    assert.deepEqual(statuses, [200, ...Array(9).fill(409)])
    assert.match(await harness.metrics.metrics(), /lms_certificates_revoked_total\{reason="revoked"\} 1\n/)
  })

  test('400 without a reason; 401, 403 for the holder and other staff, 404 and 400 for numbers that are none', async (t) => {
    const harness = await createHarness(t)
    const { owner, student, number } = await makeCertificate(harness)
    const reason = { reason: 'Because.' }
    for (const action of ['revoke', 'reissue']) {
      const path = `/certificates/${number}/${action}`
      assert.equal((await owner.post(path, { reason: ' ' })).statusCode, 400)
      assert.equal((await owner.post(path, {})).statusCode, 400)
      assert.equal((await harness.visitor.post(path, reason)).statusCode, 401)
      assert.equal((await student.post(path, reason)).statusCode, 403)
      assert.equal((await (await harness.signUp('instructor')).post(path, reason)).statusCode, 403)
      assert.equal((await owner.post(`/certificates/0000000000000000/${action}`, reason)).statusCode, 404)
      assert.equal((await owner.post(`/certificates/0000000000000001/${action}`, reason)).statusCode, 400)
    }
    assert.equal((await certificatesOf(student))[0].status, 'valid')
  })

  test('403 for a teaching assistant, who may see and download all the same', async (t) => {
    const harness = await createHarness(t)
    const { owner, courseId, number } = await makeCertificate(harness)
    const assistant = await addStaff(harness, owner, courseId, 'teaching-assistant')
    assert.equal((await assistant.get(`/courses/${courseId}/certificates`)).json().items.length, 1)
    assert.equal((await assistant.get(`/certificates/${number}/document`)).statusCode, 200)
    assert.equal((await assistant.get(`/courses/${courseId}/certificate-settings`)).statusCode, 200)
    assert.equal((await assistant.post(`/certificates/${number}/revoke`, { reason: 'No.' })).statusCode, 403)
    assert.equal((await assistant.put(`/courses/${courseId}/certificate-settings`, englishSettings)).statusCode, 403)
  })
})

describe('POST /certificates/:number/reissue', () => {
  test('201 with a new number, the name and the template of today; the old one says which counts', async (t) => {
    const harness = await createHarness(t)
    const { owner, student, courseId, number, certificate } = await makeCertificate(harness, { name: 'Ada Byron' })
    await student.patch('/users/me', { fullName: 'Ada Lovelace' })
    await setCertificates(owner, courseId, { heading: 'Diploma' })
    harness.clock.advance({ minutes: 1 })
    const response = await owner.post(`/certificates/${number}/reissue`, { reason: 'The name has changed.' })
    assert.equal(response.statusCode, 201, response.body)
    const next = response.json()
    assert.notEqual(next.number, number)
    assert.deepEqual(
      [next.holderName, next.status, next.completedOn],
      ['Ada Lovelace', 'valid', certificate.completedOn],
    )
    await harness.runJobs()
    const [newest, oldest, ...others] = await certificatesOf(student)
    assert.deepEqual(others, [])
    assert.deepEqual([newest.number, newest.document], [next.number, 'ready'])
    assert.deepEqual([oldest.number, oldest.status, oldest.replacedBy], [number, 'replaced', next.number])
    assert.equal((await harness.visitor.get(`/certificates/${number}`)).json().status, 'revoked')
    assert.equal((await harness.visitor.get(`/certificates/${next.number}`)).json().status, 'valid')
    assert.equal((await student.get(`/certificates/${next.number}/document`)).statusCode, 200)
    assert.equal((await student.get(`/certificates/${number}/document`)).json().isReplaced, true)
    assert.ok(mailsTo(harness, student).some((text) => text.includes(next.number)))
    assert.equal(
      mailsTo(harness, student).some((text) => text.includes('no longer counts')),
      false,
    )
    const text = await harness.metrics.metrics()
    assert.match(text, /lms_certificates_issued_total\{cause="reissue"\} 1/)
    assert.match(text, /lms_certificates_revoked_total\{reason="replaced"\} 1/)
    assert.ok((await auditActions(harness.db)).includes('certificate.replaced'))
  })

  test('201 after a revocation, too: the new one counts', async (t) => {
    const harness = await createHarness(t)
    const { owner, number } = await makeCertificate(harness)
    await owner.post(`/certificates/${number}/revoke`, { reason: 'By mistake.' })
    const response = await owner.post(`/certificates/${number}/reissue`, { reason: 'It was a mistake.' })
    assert.equal(response.statusCode, 201, response.body)
    assert.equal(response.json().status, 'valid')
  })

  test('201 once, of many at once; the others 409; one certificate counts', async (t) => {
    const harness = await createHarness(t)
    const { owner, student, number } = await makeCertificate(harness)
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        owner.post(`/certificates/${number}/${index % 2 ? 'reissue' : 'revoke'}`, { reason: 'A race.' }),
      ),
    )
    const reissued = answers.filter(({ statusCode }) => statusCode === 201)
    assert.equal(reissued.length, 1)
    for (const { statusCode, body } of answers) assert.ok([200, 201, 409].includes(statusCode), body)
    const valid = (await certificatesOf(student)).filter((one: { status: string }) => one.status === 'valid')
    assert.equal(valid.length, 1)
    assert.equal(valid[0].number, reissued[0]?.json().number)
  })

  test('409 for one that was replaced already', async (t) => {
    const harness = await createHarness(t)
    const { owner, number } = await makeCertificate(harness)
    await owner.post(`/certificates/${number}/reissue`, { reason: 'First.' })
    for (const action of ['reissue', 'revoke']) {
      const response = await owner.post(`/certificates/${number}/${action}`, { reason: 'Second.' })
      assert.equal(response.statusCode, 409, response.body)
      assert.equal(response.json().isReplaced, true)
    }
  })

  test('the same Idempotency-Key issues once and answers the same', async (t) => {
    const harness = await createHarness(t)
    const { owner, student, number } = await makeCertificate(harness)
    const key = { 'idempotency-key': 'reissue-of-this-certificate' }
    const send = () => owner.post(`/certificates/${number}/reissue`, { reason: 'The name.' }, key)
    const [first, second] = [await send(), await send()]
    assert.deepEqual([first.statusCode, second.statusCode], [201, 201])
    assert.deepEqual(first.json(), second.json())
    assert.equal((await certificatesOf(student)).length, 2)
  })
})
