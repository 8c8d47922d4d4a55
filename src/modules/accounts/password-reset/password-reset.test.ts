import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { QueryKind } from '#platform/database/query-kind.ts'
import { auditActions } from '#support/audit.ts'
import { createHarness, type Harness, mailsTo, type Person } from '#support/harness.ts'
import { isStored, mailedToken } from '#support/mailed-link.ts'

const newPassword = 'an even better password'

async function mailedReset(harness: Harness, { email }: Person): Promise<string> {
  assert.equal((await harness.visitor.post('/auth/forgot-password', { email })).statusCode, 204)
  await harness.runJobs()
  return mailedToken(harness, email, '/reset-password')
}

describe('POST /auth/forgot-password', () => {
  test('204 mails a link, to the owner only', async (t) => {
    const harness = await createHarness(t)
    const person = await harness.signUp('student')
    await mailedReset(harness, person)
    assert.equal(harness.mail.sent.length, 1)
    assert.ok((await auditActions(harness.db)).includes('user.password-reset-requested'))
  })

  test('204 with the same answer and the same statements for an address that nobody has, and no mail', async (t) => {
    let statements: QueryKind[] = []
    const harness = await createHarness(t, { observe: (kind) => void statements.push(kind) })
    const person = await harness.signUp('student')
    const ask = async (email: string) => {
      statements = []
      const { statusCode, body } = await harness.visitor.post('/auth/forgot-password', { email })
      return { statusCode, body, statements }
    }
    const known = await ask(person.email)
    const unknown = await ask('nobody@example.org')
    assert.ok(known.statements.filter((kind) => kind === 'insert').length >= 3)
    assert.deepEqual(unknown, known)
    await harness.runJobs()
    assert.deepEqual(
      harness.mail.sent.map(({ to }) => to),
      [person.email],
    )
  })

  test('no mail to an account that was deactivated', async (t) => {
    const harness = await createHarness(t)
    const { email, userId } = await harness.signUp('student')
    await harness.db.updateTable('user_account').set({ status: 'deactivated' }).where('id', '=', userId).execute()
    assert.equal((await harness.visitor.post('/auth/forgot-password', { email })).statusCode, 204)
    await harness.runJobs()
    assert.deepEqual(harness.mail.sent, [])
  })

  test('204 but no fourth mail in half an hour: strangers cannot fill a mailbox, nor learn of it', async (t) => {
    const harness = await createHarness(t)
    const { email } = await harness.signUp('student')
    for (let mail = 0; mail < 5; mail++) {
      const asked = await harness.client(null, `192.0.2.${mail}`).post('/auth/forgot-password', { email })
      assert.equal(asked.statusCode, 204)
    }
    await harness.runJobs()
    assert.equal(harness.mail.sent.length, 3)
    assert.match(await harness.metrics.metrics(), /lms_account_throttled_total\{action="password-reset"\} 2\n/)
  })

  test('429 for a network that asks for too many, whoever they are for', async (t) => {
    const harness = await createHarness(t, { settings: { MAILS_PER_NETWORK: '2' } })
    const ask = (address: string, name: string) =>
      harness.client(null, address).post('/auth/forgot-password', { email: `${name}@example.org` })
    const statuses: number[] = []
    for (const name of ['one', 'two', 'three']) statuses.push((await ask('192.0.2.1', name)).statusCode)
    assert.deepEqual(statuses, [204, 204, 429])
    assert.equal((await ask('192.0.2.2', 'three')).statusCode, 204)
  })

  test('400 without an address', async (t) => {
    const { visitor } = await createHarness(t)
    assert.equal((await visitor.post('/auth/forgot-password', {})).statusCode, 400)
  })
})

describe('POST /auth/reset-password', () => {
  test('204 sets the password, ends every session, voids every access token, and tells the owner', async (t) => {
    const harness = await createHarness(t)
    const { visitor, signIn, signUp } = harness
    const here = await signUp('student')
    const there = await signIn(here)
    const token = await mailedReset(harness, here)
    assert.equal((await visitor.post('/auth/reset-password', { token, newPassword })).statusCode, 204)
    for (const session of [here, there]) assert.equal((await session.get('/users/me')).statusCode, 401)
    const { email, password } = here
    assert.equal((await visitor.post('/auth/login', { email, password })).statusCode, 401)
    const login = await visitor.post('/auth/login', { email, password: newPassword })
    assert.equal((await harness.client(login.json().accessToken).get('/users/me')).statusCode, 200)
    await harness.runJobs()
    assert.ok(mailsTo(harness, here).some((mail) => mail.includes('was changed')))
    const actions = await auditActions(harness.db)
    for (const action of ['user.password-reset', 'auth.sessions-ended']) assert.ok(actions.includes(action), action)
  })

  test('400 for a token that was used, also in a race; the first password stays', async (t) => {
    const harness = await createHarness(t)
    const person = await harness.signUp('student')
    const token = await mailedReset(harness, person)
    const passwords = ['the first new password', 'the second new password', 'the third new password']
    const reset = (password: string) => harness.visitor.post('/auth/reset-password', { token, newPassword: password })
    const answers = await Promise.all(passwords.map(reset))
    assert.deepEqual(answers.map(({ statusCode }) => statusCode).sort(), [204, 400, 400])
    assert.equal((await reset(newPassword)).statusCode, 400)
    const won = passwords[answers.findIndex(({ statusCode }) => statusCode === 204)] ?? ''
    assert.equal((await harness.visitor.post('/auth/login', credentials(person, won))).statusCode, 200)
  })

  test('400 after half an hour, and for a token that is unknown', async (t) => {
    const harness = await createHarness(t)
    const token = await mailedReset(harness, await harness.signUp('student'))
    harness.clock.advance({ minutes: 30, seconds: 1 })
    const late = await harness.visitor.post('/auth/reset-password', { token, newPassword })
    assert.equal(late.json().type, '/problems/accounts/link-invalid')
    const unknown = await harness.visitor.post('/auth/reset-password', { token: 'unknown', newPassword })
    assert.equal(unknown.statusCode, 400)
  })

  test('400 for every other link once one was used, or the password was changed', async (t) => {
    const harness = await createHarness(t)
    const person = await harness.signUp('student')
    const [first, second] = [await mailedReset(harness, person), await mailedReset(harness, person)]
    const reset = (token: string) => harness.visitor.post('/auth/reset-password', { token, newPassword })
    assert.equal((await reset(first)).statusCode, 204)
    assert.equal((await reset(second)).statusCode, 400)

    const other = await harness.signUp('student')
    const token = await mailedReset(harness, other)
    await other.post('/users/me/password', { currentPassword: other.password, newPassword })
    assert.equal((await reset(token)).statusCode, 400)
  })

  test('a reset opens the account at once to whom too many failures had kept out', async (t) => {
    const harness = await createHarness(t)
    const person = await harness.signUp('student')
    for (let failure = 0; failure < 5; failure++) {
      await harness.visitor.post('/auth/login', credentials(person, 'forgotten password'))
    }
    assert.equal((await harness.visitor.post('/auth/login', credentials(person, newPassword))).statusCode, 429)
    await harness.visitor.post('/auth/reset-password', { token: await mailedReset(harness, person), newPassword })
    assert.equal((await harness.visitor.post('/auth/login', credentials(person, newPassword))).statusCode, 200)
  })

  test('the token is in no table and no log; the second factor is still asked for', async (t) => {
    const harness = await createHarness(t)
    const person = await harness.signUp('student')
    const token = await mailedReset(harness, person)
    assert.equal(await isStored(harness, token), false)
    const at = harness.clock.now().toISOString()
    await harness.db.updateTable('user_account').set({ totp_enabled_at: at }).where('id', '=', person.userId).execute()
    await harness.visitor.post('/auth/reset-password', { token, newPassword })
    const login = await harness.visitor.post('/auth/login', credentials(person, newPassword))
    assert.equal(login.json().type, '/problems/auth/second-factor-required')
    for (const secret of [token, newPassword]) assert.equal(harness.log.text().includes(secret), false)
  })
})

function credentials({ email }: Person, password: string) {
  return { email, password }
}
