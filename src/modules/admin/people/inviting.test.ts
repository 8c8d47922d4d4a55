import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { auditActions } from '#support/audit.ts'
import { createHarness, type Harness } from '#support/harness.ts'
import { isStored, mailedToken } from '#support/mailed-link.ts'

const grace = { email: 'Grace@Example.org', fullName: 'Grace Hopper', role: 'instructor' }
const password = 'a long enough password'

async function invited(harness: Harness) {
  const administrator = await harness.signUp('administrator')
  const response = await administrator.post('/admin/users', grace)
  assert.equal(response.statusCode, 201, response.body)
  await harness.runJobs()
  return {
    administrator,
    user: response.json(),
    token: mailedToken(harness, 'grace@example.org', '/accept-invitation'),
  }
}

describe('POST /admin/users', () => {
  test('201 makes an account of any role without a password, and mails a link', async (t) => {
    const harness = await createHarness(t)
    const { user, administrator, token } = await invited(harness)
    const { email, role, status, emailVerified } = user
    assert.deepEqual(
      { email, role, status, emailVerified },
      { email: 'grace@example.org', role: 'instructor', status: 'invited', emailVerified: false },
    )
    assert.equal(await isStored(harness, token), false)
    const event = await harness.db
      .selectFrom('audit_event')
      .selectAll()
      .where('action', '=', 'user.invited')
      .executeTakeFirst()
    assert.equal(event?.actor_id, administrator.userId)
    assert.deepEqual(event?.details, { role: 'instructor' })
    assert.match(await harness.metrics.metrics(), /lms_account_events_total\{event="invited"\} 1\n/)
  })

  test('nobody logs in to it, with any password, before it is accepted', async (t) => {
    const harness = await createHarness(t)
    await invited(harness)
    for (const guess of ['', 'null', password]) {
      const login = await harness.visitor.post('/auth/login', { email: grace.email, password: guess || ' ' })
      assert.equal(login.statusCode, 401)
    }
    await harness.visitor.post('/auth/forgot-password', { email: grace.email })
    const before = harness.mail.sent.length
    await harness.runJobs()
    assert.equal(harness.mail.sent.length, before, 'a forgotten password is no way in')
  })

  test('409 when the address has an account, also in a race; one mail', async (t) => {
    const harness = await createHarness(t)
    const administrator = await harness.signUp('administrator')
    const answers = await Promise.all([1, 2, 3].map(() => administrator.post('/admin/users', grace)))
    assert.deepEqual(answers.map(({ statusCode }) => statusCode).sort(), [201, 409, 409])
    await harness.runJobs()
    assert.equal(harness.mail.sent.length, 1)
  })

  test('201 once for a repeated Idempotency-Key', async (t) => {
    const harness = await createHarness(t)
    const administrator = await harness.signUp('administrator')
    const invite = () => administrator.post('/admin/users', grace, { 'idempotency-key': 'invite-grace' })
    const [first, second] = [await invite(), await invite()]
    assert.equal(second.statusCode, 201)
    assert.equal(second.json().id, first.json().id)
  })

  test('400 names each wrong field', async (t) => {
    const administrator = await (await createHarness(t)).signUp('administrator')
    const refused = await administrator.post('/admin/users', { email: 'x', fullName: '', role: 'teacher' })
    assert.equal(refused.statusCode, 400)
    const pointers = refused.json().errors.map((error: { pointer: string }) => error.pointer)
    assert.deepEqual(pointers.sort(), ['/body/email', '/body/fullName', '/body/role'])
  })
})

describe('POST /admin/users/{userId}/invitation', () => {
  test('204 mails a new link; the old one is void', async (t) => {
    const harness = await createHarness(t)
    const { administrator, user, token } = await invited(harness)
    assert.equal((await administrator.post(`/admin/users/${user.id}/invitation`)).statusCode, 204)
    await harness.runJobs()
    const accept = (one: string) => harness.visitor.post('/auth/accept-invitation', { token: one, password })
    assert.equal((await accept(token)).statusCode, 400)
    const fresh = mailedToken(harness, 'grace@example.org', '/accept-invitation')
    assert.equal((await accept(fresh)).statusCode, 204)
  })

  test('409 for an account that is open already, 404 for none', async (t) => {
    const harness = await createHarness(t)
    const [administrator, student] = [await harness.signUp('administrator'), await harness.signUp('student')]
    const refused = await administrator.post(`/admin/users/${student.userId}/invitation`)
    assert.equal(refused.statusCode, 409)
    assert.equal(refused.json().type, '/problems/admin/not-invited')
    const missing = await administrator.post('/admin/users/01890000-0000-7000-8000-000000000000/invitation')
    assert.equal(missing.statusCode, 404)
  })
})

describe('POST /auth/accept-invitation', () => {
  test('204 sets the password and opens the account, with a verified address', async (t) => {
    const harness = await createHarness(t)
    const { token } = await invited(harness)
    assert.equal((await harness.visitor.post('/auth/accept-invitation', { token, password })).statusCode, 204)
    const login = await harness.visitor.post('/auth/login', { email: grace.email, password })
    const me = (await harness.client(login.json().accessToken).get('/users/me')).json()
    assert.deepEqual([me.role, me.status, me.emailVerified], ['instructor', 'active', true])
    assert.ok((await auditActions(harness.db)).includes('user.invitation-accepted'))
  })

  test('400 for a link that was used, also in a race, that is unknown, or of seven days ago', async (t) => {
    const harness = await createHarness(t)
    const { token } = await invited(harness)
    const accept = (one: string) => harness.visitor.post('/auth/accept-invitation', { token: one, password })
    const race = await Promise.all([accept(token), accept(token)])
    assert.deepEqual(race.map(({ statusCode }) => statusCode).sort(), [204, 400])
    assert.equal((await accept(token)).json().type, '/problems/accounts/link-invalid')
    assert.equal((await accept('unknown')).statusCode, 400)

    const later = await createHarness(t)
    const late = await invited(later)
    later.clock.advance({ days: 7, seconds: 1 })
    const answer = await later.visitor.post('/auth/accept-invitation', { token: late.token, password })
    assert.equal(answer.statusCode, 400)
  })

  test('400 while the account is deactivated; opened again it is an invitation as before', async (t) => {
    const harness = await createHarness(t)
    const { administrator, user, token } = await invited(harness)
    await administrator.post(`/admin/users/${user.id}/deactivate`)
    const accept = () => harness.visitor.post('/auth/accept-invitation', { token, password })
    assert.equal((await accept()).statusCode, 400)
    assert.equal((await administrator.post(`/admin/users/${user.id}/reactivate`)).json().status, 'invited')
    assert.equal((await accept()).statusCode, 204)
  })
})
