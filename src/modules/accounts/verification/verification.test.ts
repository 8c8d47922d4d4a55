import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { auditActions } from '#support/audit.ts'
import { createHarness, type Harness } from '#support/harness.ts'
import { isStored, mailedToken } from '#support/mailed-link.ts'

const ada = { email: 'ada@example.org', password: 'a long enough password', fullName: 'Ada Lovelace' }

/** Somebody who has just registered, and the token of the link that was mailed. */
async function registered(harness: Harness) {
  await harness.visitor.post('/auth/register', ada)
  const login = await harness.visitor.post('/auth/login', { email: ada.email, password: ada.password })
  await harness.runJobs()
  return { ...harness.client(login.json().accessToken), mailed: mailedToken(harness, ada.email, '/verify-email') }
}

describe('POST /auth/verify-email', () => {
  test('204 verifies the address', async (t) => {
    const harness = await createHarness(t)
    const { get, mailed } = await registered(harness)
    assert.equal((await get('/users/me')).json().emailVerified, false)
    assert.equal((await harness.visitor.post('/auth/verify-email', { token: mailed })).statusCode, 204)
    assert.equal((await get('/users/me')).json().emailVerified, true)
    assert.ok((await auditActions(harness.db)).includes('user.email-verified'))
    assert.match(await harness.metrics.metrics(), /lms_account_events_total\{event="email-verified"\} 1\n/)
  })

  test('400 for a token that is unknown, was used (also in a race), is a day old, or is for something else', async (t) => {
    const harness = await createHarness(t)
    const { mailed } = await registered(harness)
    const verify = (token: string) => harness.visitor.post('/auth/verify-email', { token })
    const unknown = await verify('unknown')
    assert.equal(unknown.statusCode, 400)
    assert.equal(unknown.json().type, '/problems/accounts/link-invalid')
    const race = await Promise.all([verify(mailed), verify(mailed)])
    assert.deepEqual(race.map(({ statusCode }) => statusCode).sort(), [204, 400])
    assert.equal((await verify(mailed)).statusCode, 400)

    await harness.visitor.post('/auth/forgot-password', { email: ada.email })
    await harness.runJobs()
    assert.equal((await verify(mailedToken(harness, ada.email, '/reset-password'))).statusCode, 400)
  })

  test('400 after 24 hours', async (t) => {
    const harness = await createHarness(t)
    const { mailed } = await registered(harness)
    harness.clock.advance({ hours: 24, seconds: 1 })
    assert.equal((await harness.visitor.post('/auth/verify-email', { token: mailed })).statusCode, 400)
  })

  test('the token is in no table and no log', async (t) => {
    const harness = await createHarness(t)
    await harness.visitor.post('/auth/register', ada)
    const jobs = await harness.db.selectFrom('job').select('payload').execute()
    await harness.runJobs()
    const token = mailedToken(harness, ada.email, '/verify-email')
    assert.equal(JSON.stringify(jobs).includes(token), false)
    assert.equal(await isStored(harness, token), false)
    assert.equal(harness.log.text().includes(token), false)
  })
})

describe('POST /users/me/verification-mail', () => {
  test('204 mails a new link; the old one works no more', async (t) => {
    const harness = await createHarness(t)
    const { post, mailed } = await registered(harness)
    assert.equal((await post('/users/me/verification-mail')).statusCode, 204)
    await harness.runJobs()
    const fresh = mailedToken(harness, ada.email, '/verify-email')
    assert.notEqual(fresh, mailed)
    assert.equal((await harness.visitor.post('/auth/verify-email', { token: mailed })).statusCode, 400)
    assert.equal((await harness.visitor.post('/auth/verify-email', { token: fresh })).statusCode, 204)
  })

  test('409 when it is verified already, and no mail is sent', async (t) => {
    const harness = await createHarness(t)
    const person = await harness.signUp('student')
    const refused = await person.post('/users/me/verification-mail')
    assert.equal(refused.statusCode, 409)
    assert.equal(refused.json().type, '/problems/accounts/email-already-verified')
    assert.deepEqual(await harness.runJobs(), [])
  })

  test('429 after three an hour, and 401 without a token', async (t) => {
    const harness = await createHarness(t)
    const { post } = await registered(harness)
    const statuses: number[] = []
    for (let mail = 0; mail < 4; mail++) statuses.push((await post('/users/me/verification-mail')).statusCode)
    assert.deepEqual(statuses, [204, 204, 204, 429])
    assert.equal((await harness.visitor.post('/users/me/verification-mail')).statusCode, 401)
    assert.match(await harness.metrics.metrics(), /lms_account_throttled_total\{action="verification-mail"\} 1\n/)
  })
})
