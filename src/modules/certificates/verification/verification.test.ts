import assert from 'node:assert/strict'
import { createPublicKey, verify } from 'node:crypto'
import { describe, test } from 'node:test'
import { auditActions } from '#support/audit.ts'
import { certificatesOf, completeCourse, makeCertificate } from '#support/certificates.ts'
import { createHarness, type Person } from '#support/harness.ts'

describe('GET /certificates/:number', () => {
  test('200 for everybody: holder, course, day, whether it counts, and nothing else', async (t) => {
    const harness = await createHarness(t)
    const { number, certificate } = await makeCertificate(harness, {
      name: 'Ada Lovelace',
      course: { title: 'Engines' },
    })
    const response = await harness.visitor.get(`/certificates/${number}`)
    assert.equal(response.statusCode, 200, response.body)
    assert.deepEqual(response.json(), {
      number,
      holderName: 'Ada Lovelace',
      courseTitle: 'Engines',
      grade: null,
      completedOn: certificate.completedOn,
      status: 'valid',
    })
    assert.equal(response.headers['cache-control'], 'no-store')
    const typed = number.toLowerCase().replaceAll('-', '').replaceAll('1', 'l').replaceAll('0', 'o')
    assert.deepEqual((await harness.visitor.get(`/certificates/${typed}`)).json(), response.json())
    assert.match(await harness.metrics.metrics(), /lms_certificate_verifications_total\{answer="valid"\} 2/)
  })

  test('200 in a course that was archived since, and for an account that was deactivated', async (t) => {
    const harness = await createHarness(t)
    const { owner, student, courseId, number, certificate } = await makeCertificate(harness)
    assert.equal((await owner.post(`/courses/${courseId}/archive`)).statusCode, 200)
    assert.deepEqual(await certificatesOf(student), [certificate])
    assert.equal((await student.get(`/certificates/${number}/document`)).statusCode, 200)
    await harness.db
      .updateTable('user_account')
      .set({ status: 'deactivated' })
      .where('id', '=', student.userId)
      .execute()
    assert.equal((await harness.visitor.get(`/certificates/${number}`)).json().status, 'valid')
    assert.equal((await owner.get(`/courses/${courseId}/certificates`)).json().items.length, 1)
  })

  test('400 says what is mistyped; 404 for a number that nobody has', async (t) => {
    const harness = await createHarness(t)
    const { number } = await makeCertificate(harness)
    const last = number.endsWith('2') ? '3' : '2'
    const wrong = { check: number.slice(0, -1) + last, length: number.slice(0, -1), characters: `U${number.slice(1)}` }
    for (const [mistake, typed] of Object.entries(wrong)) {
      const response = await harness.visitor.get(`/certificates/${typed}`)
      assert.equal(response.statusCode, 400, response.body)
      assert.equal(response.json().type, '/problems/certificates/number-mistyped')
      assert.equal(response.json().mistake, mistake)
    }
    const unknown = await harness.visitor.get('/certificates/0000-0000-0000-0000')
    assert.equal(unknown.statusCode, 404, unknown.body)
    assert.equal(unknown.json().type, '/problems/certificates/not-found')
    const text = await harness.metrics.metrics()
    assert.match(text, /lms_certificate_verifications_total\{answer="mistyped"\} 3/)
    assert.match(text, /lms_certificate_verifications_total\{answer="unknown"\} 1/)
  })

  test('a browser gets a page, in which names are text; refusals are pages too', async (t) => {
    const harness = await createHarness(t, { settings: { PRODUCT_NAME: 'School of Life' } })
    const { owner, number } = await makeCertificate(harness, { name: '<b>محمد</b>' })
    const browser = { accept: 'text/html,application/xhtml+xml,application/json;q=0.9' }
    const valid = await harness.visitor.get(`/certificates/${number}`, browser)
    assert.equal(valid.statusCode, 200)
    assert.equal(valid.headers['content-type'], 'text/html; charset=utf-8')
    assert.ok(String(valid.headers['content-security-policy']).startsWith("default-src 'none'"))
    assert.match(valid.body, /<bdi>&#60;b&#62;محمد&#60;\/b&#62;<\/bdi>/)
    assert.match(valid.body, /School of Life/)
    assert.match(valid.body, /class="state good">valid</)
    assert.match(String(valid.headers.vary), /Accept/)
    await owner.post(`/certificates/${number}/revoke`, { reason: 'Secret reason.' })
    const revoked = (await harness.visitor.get(`/certificates/${number}`, browser)).body
    assert.match(revoked, /class="state bad">revoked</)
    assert.equal(revoked.includes('Secret reason'), false)
    const mistyped = await harness.visitor.get('/certificates/1234', browser)
    assert.equal(mistyped.statusCode, 400)
    assert.match(mistyped.body, /16 characters/)
    assert.equal((await harness.visitor.get('/certificates/0000-0000-0000-0000', browser)).statusCode, 404)
  })

  test('429 for a network that asks too often', async (t) => {
    const harness = await createHarness(t, { settings: { RATE_LIMIT_PER_MINUTE: '5' } })
    const guesser = harness.client(null, '192.0.2.7')
    const statuses: number[] = []
    for (let index = 0; index < 6; index++) {
      statuses.push((await guesser.get('/certificates/0000-0000-0000-0000')).statusCode)
    }
    assert.deepEqual(statuses, [404, 404, 404, 404, 404, 429])
  })
})

/** What anybody does who has the document and the published keys, and nothing of the product. */
function verifyOffline(credential: string, keys: readonly { kid: string }[]) {
  const [head = '', body = '', signature = ''] = credential.split('.')
  const header = JSON.parse(Buffer.from(head, 'base64url').toString())
  assert.equal(header.alg, 'EdDSA')
  const jwk = keys.find(({ kid }) => kid === header.kid)
  assert.ok(jwk, 'the key is published')
  const publicKey = createPublicKey({ key: jwk, format: 'jwk' })
  const isRight = verify(null, Buffer.from(`${head}.${body}`), publicKey, Buffer.from(signature, 'base64url'))
  return { isRight, header, payload: JSON.parse(Buffer.from(body, 'base64url').toString()) }
}

describe('GET /certificates/:number/credential', () => {
  async function credentialOf(person: Person, number: string): Promise<string> {
    const response = await person.get(`/certificates/${number}/credential`)
    assert.equal(response.statusCode, 200, response.body)
    assert.equal(response.headers['content-type'], 'application/vc+jwt')
    return response.body
  }

  test('200: verifies with node:crypto and the published keys alone, and with one changed byte no more', async (t) => {
    const harness = await createHarness(t, { settings: { APP_DOMAIN: 'lms.example.org' } })
    const { student, number } = await makeCertificate(harness, { name: '欧阳明月', course: { title: '高等数学' } })
    const credential = await credentialOf(student, number)
    const { keys } = (await harness.visitor.get('/certificates/keys')).json()
    const { isRight, header, payload } = verifyOffline(credential, keys)
    assert.ok(isRight)
    assert.equal(header.jku, 'https://lms.example.org/api/v1/certificates/keys')
    assert.equal(payload.id, `https://lms.example.org/api/v1/certificates/${number}`)
    assert.equal(payload.iss, 'https://lms.example.org')
    assert.deepEqual(payload.type, ['VerifiableCredential', 'OpenBadgeCredential'])
    assert.equal(payload.credentialSubject.identifier[0].identityHash, '欧阳明月')
    assert.equal(payload.credentialSubject.achievement.name, '高等数学')
    assert.equal(JSON.stringify(payload).includes(student.email), false, 'no mail address')

    const [head = '', , signature = ''] = credential.split('.')
    const forged = Buffer.from(JSON.stringify(payload).replace('高等数学', '高等物理')).toString('base64url')
    assert.equal(verifyOffline(`${head}.${forged}.${signature}`, keys).isRight, false)
  })

  test('no key is published that could sign', async (t) => {
    const harness = await createHarness(t)
    await makeCertificate(harness)
    const response = await harness.visitor.get('/certificates/keys')
    const [key] = response.json().keys
    assert.deepEqual(Object.keys(key).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x'])
    const { sealed_private_key } = await harness.db.selectFrom('certificate_key').selectAll().executeTakeFirstOrThrow()
    assert.match(sealed_private_key, /^v1\./)
  })

  test('a new key signs what follows; the old one stays, and so does what it signed', async (t) => {
    const harness = await createHarness(t)
    const first = await makeCertificate(harness)
    const administrator = await harness.signUp('administrator')
    assert.equal((await harness.visitor.post('/certificates/keys/rotate')).statusCode, 401)
    assert.equal((await first.owner.post('/certificates/keys/rotate')).statusCode, 403)
    const rotated = await administrator.post('/certificates/keys/rotate')
    assert.equal(rotated.statusCode, 200, rotated.body)
    const second = await makeCertificate(harness)
    const { keys } = (await harness.visitor.get('/certificates/keys')).json()
    assert.deepEqual(rotated.json().keys, keys)
    assert.equal(keys.length, 2)
    const [older, newer] = [
      verifyOffline(await credentialOf(first.student, first.number), keys),
      verifyOffline(await credentialOf(second.student, second.number), keys),
    ]
    assert.ok(older.isRight && newer.isRight)
    assert.deepEqual([newer.header.kid, older.header.kid], [keys[0].kid, keys[1].kid])
    assert.ok((await auditActions(harness.db)).includes('certificate-key.rotated'))
  })

  test('the first certificates of many courses at once are signed by one key', async (t) => {
    const harness = await createHarness(t)
    const made = []
    for (let index = 0; index < 5; index++) made.push(await completeCourse(harness, { settings: { isEnabled: false } }))
    await harness.db.updateTable('certificate_setting').set({ is_enabled: true }).execute()
    const answers = await Promise.all(
      made.map(({ owner, enrollmentId }) => owner.post(`/enrollments/${enrollmentId}/certificate`)),
    )
    for (const response of answers) assert.equal(response.statusCode, 201, response.body)
    assert.equal((await harness.visitor.get('/certificates/keys')).json().keys.length, 1)
  })

  test('keys that another SECRET_KEY has sealed do not stop issuing: a new one signs', async (t) => {
    const harness = await createHarness(t)
    const first = await makeCertificate(harness)
    await harness.db.updateTable('certificate_key').set({ sealed_private_key: 'v1.AAAA' }).execute()
    const second = await makeCertificate(harness)
    const { keys } = (await harness.visitor.get('/certificates/keys')).json()
    assert.equal(keys.length, 2)
    for (const { student, number } of [first, second]) {
      assert.ok(verifyOffline(await credentialOf(student, number), keys).isRight)
    }
  })
})
