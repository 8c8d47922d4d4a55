import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { TOTP } from 'otpauth'
import { deriveKey } from '#platform/secrets/derive-key.ts'
import { createSecretBox } from '#platform/secrets/secret-box.ts'
import { auditActions } from '#support/audit.ts'
import { createHarness, type Harness, mailsTo, type Person } from '#support/harness.ts'

interface Enrolled {
  readonly person: Person
  readonly secret: string
  readonly recoveryCodes: readonly string[]
}

/** What the app shows now, or some 30-second steps later. */
function codeAt({ clock }: Harness, secret: string, steps = 0): string {
  return new TOTP({ secret }).generate({ timestamp: clock.now().getTime() + steps * 30_000 })
}

/** Moves on to the next code: each works once. */
function nextCode(harness: Harness, secret: string): string {
  harness.clock.advance({ seconds: 30 })
  return codeAt(harness, secret)
}

async function enroll(harness: Harness): Promise<Enrolled> {
  const person = await harness.signUp('instructor')
  const enrollment = await person.post('/users/me/totp', { password: person.password })
  assert.equal(enrollment.statusCode, 200, enrollment.body)
  const { secret } = enrollment.json()
  const confirmed = await person.post('/users/me/totp/confirm', { code: codeAt(harness, secret) })
  assert.equal(confirmed.statusCode, 200, confirmed.body)
  return { person, secret, recoveryCodes: confirmed.json().recoveryCodes }
}

async function challenge({ client }: Harness, { email, password }: Person, address?: string): Promise<string> {
  const asked = await client(null, address).post('/auth/login', { email, password })
  assert.equal(asked.statusCode, 403, asked.body)
  return asked.json().challengeToken
}

function answer({ client }: Harness, challengeToken: string, code: string, address?: string) {
  return client(null, address).post('/auth/login/second-factor', { challengeToken, code })
}

describe('POST /users/me/totp', () => {
  test('200 shows a secret that an app takes, and asks for nothing until it is confirmed', async (t) => {
    const harness = await createHarness(t, { settings: { PRODUCT_NAME: 'Night: School' } })
    const person = await harness.signUp('student')
    const enrollment = await person.post('/users/me/totp', { password: person.password })
    assert.equal(enrollment.statusCode, 200, enrollment.body)
    assert.equal(enrollment.headers['cache-control'], 'no-store')
    const { secret, uri } = enrollment.json()
    assert.match(secret, /^[A-Z2-7]{32}$/)
    const url = new URL(uri)
    assert.equal(url.protocol, 'otpauth:')
    assert.equal(url.searchParams.get('secret'), secret)
    assert.equal(url.searchParams.get('issuer'), 'Night  School')
    assert.equal(decodeURIComponent(url.pathname).endsWith(`:${person.email}`), true, uri)
    const { email, password } = person
    assert.equal((await harness.visitor.post('/auth/login', { email, password })).statusCode, 200)
    assert.deepEqual((await person.get('/users/me/totp')).json(), { enabled: false, recoveryCodesLeft: 0 })
  })

  test('403 for a wrong password, 429 after five, 401 without a token', async (t) => {
    const harness = await createHarness(t)
    const person = await harness.signUp('student')
    const begin = (password: string) => person.post('/users/me/totp', { password })
    const statuses: number[] = []
    for (let guess = 0; guess < 6; guess++) statuses.push((await begin('wrong password')).statusCode)
    assert.deepEqual(statuses, [403, 403, 403, 403, 403, 429])
    assert.equal((await begin(person.password)).statusCode, 429)
    assert.equal((await harness.visitor.post('/users/me/totp', { password: 'x' })).statusCode, 401)
    assert.deepEqual(await harness.db.selectFrom('totp_secret').selectAll().execute(), [])
  })

  test('409 while it is on: somebody with a stolen session cannot replace the app', async (t) => {
    const harness = await createHarness(t)
    const { person } = await enroll(harness)
    const again = await person.post('/users/me/totp', { password: person.password })
    assert.equal(again.statusCode, 409)
    assert.equal(again.json().type, '/problems/auth/totp-already-enabled')
    const code = { code: '000000' }
    assert.equal((await person.post('/users/me/totp/confirm', code)).statusCode, 409)
  })

  test('the database holds neither the secret nor a recovery code', async (t) => {
    const harness = await createHarness(t)
    const { secret, recoveryCodes } = await enroll(harness)
    const stored = JSON.stringify([
      await harness.db.selectFrom('totp_secret').selectAll().execute(),
      await harness.db.selectFrom('recovery_code').selectAll().execute(),
      await harness.db.selectFrom('audit_event').selectAll().execute(),
      await harness.db.selectFrom('job').selectAll().execute(),
    ])
    for (const one of [secret, ...recoveryCodes, ...recoveryCodes.map((code) => code.replaceAll('-', ''))]) {
      assert.equal(stored.includes(one), false)
      assert.equal(harness.log.text().includes(one), false)
    }
  })
})

describe('POST /users/me/totp/confirm', () => {
  test('200 switches it on, shows ten recovery codes, and tells the owner by mail', async (t) => {
    const harness = await createHarness(t)
    const { person, recoveryCodes } = await enroll(harness)
    assert.equal(new Set(recoveryCodes).size, 10)
    for (const code of recoveryCodes) assert.match(code, /^([a-z2-7]{4}-){3}[a-z2-7]{4}$/)
    assert.equal((await person.get('/users/me')).json().totpEnabled, true)
    assert.deepEqual((await person.get('/users/me/totp')).json(), { enabled: true, recoveryCodesLeft: 10 })
    await harness.runJobs()
    assert.match(mailsTo(harness, person)[0] ?? '', /now asks for a code/)
    assert.ok((await auditActions(harness.db)).includes('auth.totp-enabled'))
    assert.match(await harness.metrics.metrics(), /lms_auth_totp_changes_total\{change="enabled"\} 1\n/)
  })

  test('403 for a wrong code, 409 when nothing was begun; it stays off', async (t) => {
    const harness = await createHarness(t)
    const person = await harness.signUp('student')
    const confirm = (code: string) => person.post('/users/me/totp/confirm', { code })
    assert.equal((await confirm('123456')).json().type, '/problems/auth/totp-not-enabled')
    const { secret } = (await person.post('/users/me/totp', { password: person.password })).json()
    const wrong = await confirm(codeAt(harness, secret, 10))
    assert.equal(wrong.statusCode, 403)
    assert.equal(wrong.json().type, '/problems/auth/wrong-totp-code')
    assert.equal((await person.get('/users/me')).json().totpEnabled, false)
    assert.equal((await confirm(codeAt(harness, secret, -1))).statusCode, 200, 'a clock half a minute behind')
  })
})

describe('POST /auth/login/second-factor', () => {
  test('403 with a challenge after the password, 200 with tokens after the code', async (t) => {
    const harness = await createHarness(t)
    const { person, secret } = await enroll(harness)
    const { email, password } = person
    const asked = await harness.visitor.post('/auth/login', { email, password })
    assert.equal(asked.statusCode, 403)
    assert.equal(asked.headers['cache-control'], 'no-store')
    const { type, challengeToken, expiresIn, accessToken } = asked.json()
    assert.deepEqual([type, expiresIn, accessToken], ['/problems/auth/second-factor-required', 300, undefined])
    const code = nextCode(harness, secret)
    const login = await answer(harness, challengeToken, `${code.slice(0, 3)} ${code.slice(3)}`)
    assert.equal(login.statusCode, 200, login.body)
    assert.equal((await harness.client(login.json().accessToken).get('/users/me')).statusCode, 200)
    assert.match(
      await harness.metrics.metrics(),
      /lms_auth_attempts_total\{action="login",outcome="challenged"\} 1\n[\s\S]*action="second-factor",outcome="success"\} 1\n/,
    )
    const done = ['auth.code-requested', 'auth.code-accepted', 'auth.logged-in']
    assert.deepEqual((await auditActions(harness.db)).slice(-3), done)
  })

  test('401 for a wrong password: who does not know it does not learn that there is a second factor', async (t) => {
    const harness = await createHarness(t)
    const { person } = await enroll(harness)
    const login = await harness.visitor.post('/auth/login', { email: person.email, password: 'wrong password' })
    assert.equal(login.statusCode, 401)
    assert.equal(login.json().type, '/problems/auth/wrong-credentials')
  })

  test('401 for a code that was used, in the same 30 seconds and in a race', async (t) => {
    const harness = await createHarness(t)
    const { person, secret } = await enroll(harness)
    const used = codeAt(harness, secret)
    const confirmedWith = await answer(harness, await challenge(harness, person), used)
    assert.equal(confirmedWith.statusCode, 401, 'the code that confirmed the app is used, too')
    const code = nextCode(harness, secret)
    const challenges = [await challenge(harness, person), await challenge(harness, person)]
    const race = await Promise.all(challenges.map((token) => answer(harness, token, code)))
    assert.deepEqual(race.map(({ statusCode }) => statusCode).sort(), [200, 401])
    const replayed = await answer(harness, await challenge(harness, person), code)
    assert.equal(replayed.json().type, '/problems/auth/wrong-code')
    const older = await answer(harness, await challenge(harness, person), codeAt(harness, secret, -1))
    assert.equal(older.statusCode, 401, 'nor does one of before')
  })

  test('401 after five wrong codes: the challenge is void, the right code too', async (t) => {
    const harness = await createHarness(t, { settings: { LOGIN_FAILURES_PER_ACCOUNT: '1000' } })
    const { person, secret } = await enroll(harness)
    const token = await challenge(harness, person)
    const left: number[] = []
    for (let guess = 0; guess < 5; guess++) {
      left.push((await answer(harness, token, codeAt(harness, secret, 100 + guess))).json().guessesLeft)
    }
    assert.deepEqual(left, [4, 3, 2, 1, 0])
    const sixth = await answer(harness, token, nextCode(harness, secret))
    assert.equal(sixth.json().type, '/problems/auth/challenge-invalid')
    assert.equal((await answer(harness, await challenge(harness, person), nextCode(harness, secret))).statusCode, 200)
  })

  test('409 after a change of SECRET_KEY, logged once, and a recovery code still logs in and makes a new start', async (t) => {
    const harness = await createHarness(t)
    const { person, recoveryCodes } = await enroll(harness)
    const box = createSecretBox(deriveKey('the SECRET_KEY of before, of a server that was moved', 'totp-secret'))
    const encrypted_secret = box.seal('JBSWY3DPEHPK3PXP', person.userId)
    await harness.db.updateTable('totp_secret').set({ encrypted_secret }).where('user_id', '=', person.userId).execute()

    const token = await challenge(harness, person)
    for (let round = 0; round < 3; round++) {
      const refused = await answer(harness, token, '123456')
      assert.equal(refused.statusCode, 409, refused.body)
      assert.equal(refused.json().type, '/problems/auth/totp-unreadable')
      assert.match(refused.json().detail, /recovery code still works/)
    }
    const told = harness.log.lines().filter(({ msg }) => /TOTP secret cannot be decrypted/.test(String(msg)))
    assert.equal(told.length, 1)
    const { accessToken } = (await answer(harness, token, recoveryCodes[0] ?? '')).json()
    const again = harness.client(accessToken)
    const proof = (code: string | undefined) => ({ password: person.password, code: code ?? '' })
    assert.equal((await again.post('/users/me/totp/disable', proof('123456'))).statusCode, 409)
    assert.equal((await again.post('/users/me/totp/disable', proof(recoveryCodes[1]))).statusCode, 204)
    const { secret } = (await again.post('/users/me/totp', { password: person.password })).json()
    assert.equal((await again.post('/users/me/totp/confirm', { code: codeAt(harness, secret) })).statusCode, 200)
  })

  test('wrong codes that are sent at once are at most five', async (t) => {
    const harness = await createHarness(t, { settings: { LOGIN_FAILURES_PER_ACCOUNT: '1000' } })
    const { person, secret } = await enroll(harness)
    const token = await challenge(harness, person)
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, guess) => answer(harness, token, codeAt(harness, secret, 100 + guess))),
    )
    assert.equal(answers.filter((one) => one.json().type === '/problems/auth/wrong-code').length, 5)
  })

  test('429 after thirty codes an hour for one account, however many challenges and networks', async (t) => {
    const harness = await createHarness(t)
    const { person, secret } = await enroll(harness)
    const statuses: number[] = []
    for (let network = 1; network <= 11; network++) {
      const address = `192.0.2.${network}`
      const token = await challenge(harness, person, address)
      for (let guess = 0; guess < 3; guess++) {
        statuses.push((await answer(harness, token, codeAt(harness, secret, 100), address)).statusCode)
      }
    }
    assert.deepEqual(statuses, [...Array(30).fill(401), ...Array(3).fill(429)])
  })

  test('wrong codes count as failures of the network on the account', async (t) => {
    const harness = await createHarness(t)
    const { person, secret } = await enroll(harness)
    const token = await challenge(harness, person)
    for (let guess = 0; guess < 5; guess++) await answer(harness, token, codeAt(harness, secret, 100))
    const { email, password } = person
    assert.equal((await harness.visitor.post('/auth/login', { email, password })).statusCode, 429)
    await challenge(harness, person, '192.0.2.99')
  })

  test('401 for a challenge that is unknown, expired, answered, or older than a new password', async (t) => {
    const harness = await createHarness(t)
    const { person, secret } = await enroll(harness)
    const typeOf = async (token: string) => (await answer(harness, token, nextCode(harness, secret))).json().type
    const invalid = '/problems/auth/challenge-invalid'
    assert.equal(await typeOf('unknown'), invalid)

    const expired = await challenge(harness, person)
    harness.clock.advance({ minutes: 5, seconds: 1 })
    assert.equal(await typeOf(expired), invalid)

    const answered = await challenge(harness, person)
    assert.equal((await answer(harness, answered, nextCode(harness, secret))).statusCode, 200)
    assert.equal(await typeOf(answered), invalid)

    const outdated = await challenge(harness, person)
    const passwords = { currentPassword: person.password, newPassword: 'another good password' }
    assert.equal((await person.post('/users/me/password', passwords)).statusCode, 204)
    assert.equal(await typeOf(outdated), invalid)
  })

  test('200 with a recovery code, once, however it is typed; its owner is told', async (t) => {
    const harness = await createHarness(t)
    const { person, recoveryCodes } = await enroll(harness)
    const [code = '', other = ''] = recoveryCodes
    const typed = ` ${code.toUpperCase().replaceAll('-', ' ')}`
    assert.equal((await answer(harness, await challenge(harness, person), typed)).statusCode, 200)
    assert.equal((await answer(harness, await challenge(harness, person), code)).statusCode, 401)
    assert.equal((await answer(harness, await challenge(harness, person), other)).statusCode, 200)
    assert.equal((await person.get('/users/me/totp')).json().recoveryCodesLeft, 8)
    await harness.runJobs()
    assert.ok(mailsTo(harness, person).some((mail) => mail.includes('recovery codes')))
  })

  test('401 for the recovery code of somebody else', async (t) => {
    const harness = await createHarness(t)
    const [mine, theirs] = [await enroll(harness), await enroll(harness)]
    const stolen = theirs.recoveryCodes[0] ?? ''
    assert.equal((await answer(harness, await challenge(harness, mine.person), stolen)).statusCode, 401)
  })
})

describe('POST /users/me/totp/disable', () => {
  test('204 with password and code: a login asks for the password alone, the recovery codes are gone', async (t) => {
    const harness = await createHarness(t)
    const { person, secret } = await enroll(harness)
    const proof = { password: person.password, code: nextCode(harness, secret) }
    assert.equal((await person.post('/users/me/totp/disable', proof)).statusCode, 204)
    const { email, password } = person
    assert.equal((await harness.visitor.post('/auth/login', { email, password })).statusCode, 200)
    assert.deepEqual((await person.get('/users/me/totp')).json(), { enabled: false, recoveryCodesLeft: 0 })
    await harness.runJobs()
    assert.ok(mailsTo(harness, person).some((mail) => mail.includes('no longer asks')))
  })

  test('403 for a wrong password or a wrong code, 409 when it is off, 401 without a token; it stays on', async (t) => {
    const harness = await createHarness(t)
    const { person, secret } = await enroll(harness)
    const disable = (password: string, code: string) => person.post('/users/me/totp/disable', { password, code })
    const wrongPassword = await disable('wrong password', nextCode(harness, secret))
    assert.equal(wrongPassword.json().type, '/problems/auth/wrong-password')
    const wrongCode = await disable(person.password, codeAt(harness, secret, 100))
    assert.equal(wrongCode.json().type, '/problems/auth/wrong-totp-code')
    assert.equal((await person.get('/users/me')).json().totpEnabled, true)
    const other = await harness.signUp('student')
    const off = await other.post('/users/me/totp/disable', { password: other.password, code: '123456' })
    assert.equal(off.json().type, '/problems/auth/totp-not-enabled')
    const body = { password: 'x', code: '123456' }
    assert.equal((await harness.visitor.post('/users/me/totp/disable', body)).statusCode, 401)
  })
})

describe('POST /users/me/totp/recovery-codes', () => {
  test('200 gives ten new codes; the old ones work no more', async (t) => {
    const harness = await createHarness(t)
    const { person, secret, recoveryCodes } = await enroll(harness)
    const proof = { password: person.password, code: nextCode(harness, secret) }
    const renewed = await person.post('/users/me/totp/recovery-codes', proof)
    assert.equal(renewed.statusCode, 200, renewed.body)
    const fresh: string[] = renewed.json().recoveryCodes
    assert.equal(fresh.filter((code) => recoveryCodes.includes(code)).length, 0)
    const old = recoveryCodes[0] ?? ''
    assert.equal((await answer(harness, await challenge(harness, person), old)).statusCode, 401)
    assert.equal((await answer(harness, await challenge(harness, person), fresh[0] ?? '')).statusCode, 200)
  })

  test('403 for a code that was used before', async (t) => {
    const harness = await createHarness(t)
    const { person, secret } = await enroll(harness)
    const proof = { password: person.password, code: codeAt(harness, secret) }
    assert.equal((await person.post('/users/me/totp/recovery-codes', proof)).statusCode, 403)
  })
})
