import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createHarness } from '#support/harness.ts'

const ada = { email: 'Ada@Example.org', password: 'a long enough password', fullName: ' Ada Lovelace ' }

describe('POST /auth/register', () => {
  test('201 makes a student, never another role, and mails a link to verify the address', async (t) => {
    const { visitor, runJobs, mail } = await createHarness(t)
    const response = await visitor.post('/auth/register', ada)
    assert.equal(response.statusCode, 201, response.body)
    const { email, fullName, role, status, emailVerified, totpEnabled } = response.json()
    assert.deepEqual(
      { email, fullName, role, status, emailVerified, totpEnabled },
      {
        email: 'ada@example.org',
        fullName: 'Ada Lovelace',
        role: 'student',
        status: 'active',
        emailVerified: false,
        totpEnabled: false,
      },
    )
    assert.equal(response.body.includes('password'), false)
    assert.deepEqual(await runJobs(), ['accounts.send-verification'])
    assert.equal(mail.sent.length, 1)
    assert.equal(mail.sent[0]?.to, 'ada@example.org')
    assert.equal(mail.sent[0]?.text.includes('Ada'), false, 'the mail says nothing that whoever registered has typed')
  })

  test('400 names each wrong field, and no account is made', async (t) => {
    const { visitor, db } = await createHarness(t)
    const response = await visitor.post('/auth/register', { email: 'x', password: 'short', role: 'administrator' })
    assert.equal(response.statusCode, 400)
    assert.match(String(response.headers['content-type']), /^application\/problem\+json/)
    const pointers = response.json().errors.map((error: { pointer: string }) => error.pointer)
    assert.deepEqual(pointers.sort(), ['/body/email', '/body/fullName', '/body/password', '/body/role'])
    assert.equal((await db.selectFrom('user_account').selectAll().execute()).length, 0)
  })

  test('409 when the address is taken, in any spelling, even in a race', async (t) => {
    const { visitor, db } = await createHarness(t)
    const spellings = ['ada@example.org', 'ADA@example.org', 'Ada@Example.org', 'ada@EXAMPLE.org']
    const responses = await Promise.all(spellings.map((email) => visitor.post('/auth/register', { ...ada, email })))
    const statuses = responses.map((response) => response.statusCode).sort()
    assert.deepEqual(statuses, [201, 409, 409, 409])
    assert.equal((await db.selectFrom('user_account').selectAll().execute()).length, 1)
    assert.equal((await db.selectFrom('job').selectAll().execute()).length, 1)
  })

  test('429 after too many from one network, and no other network waits', async (t) => {
    const { client } = await createHarness(t, { settings: { REGISTRATIONS_PER_NETWORK: '2' } })
    const register = (address: string, email: string) => client(null, address).post('/auth/register', { ...ada, email })
    assert.equal((await register('192.0.2.1', 'one@example.org')).statusCode, 201)
    assert.equal((await register('192.0.2.1', 'one@example.org')).statusCode, 409)
    const refused = await register('192.0.2.1', 'two@example.org')
    assert.equal(refused.statusCode, 429)
    assert.ok(Number(refused.headers['retry-after']) > 3500)
    assert.equal((await register('192.0.2.2', 'two@example.org')).statusCode, 201)
  })
})
