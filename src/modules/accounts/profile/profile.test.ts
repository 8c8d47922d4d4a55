import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { auditActions } from '#support/audit.ts'
import { createHarness, mailsTo } from '#support/harness.ts'

describe('GET /users/me', () => {
  test('200 shows my account with its ETag, and 304 to whom has it', async (t) => {
    const { signUp } = await createHarness(t)
    const person = await signUp('instructor', 'Grace Hopper')
    const me = await person.get('/users/me')
    assert.equal(me.statusCode, 200)
    const { id, email, fullName, role, status } = me.json()
    assert.deepEqual([id, email, fullName], [person.userId, person.email, 'Grace Hopper'])
    assert.deepEqual([role, status], ['instructor', 'active'])
    const known = await person.get('/users/me', { 'if-none-match': String(me.headers.etag) })
    assert.equal(known.statusCode, 304)
  })

  test('401 without a token', async (t) => {
    const { visitor } = await createHarness(t)
    assert.equal((await visitor.get('/users/me')).statusCode, 401)
  })
})

describe('PATCH /users/me', () => {
  test('200 changes my name and the ETag, and is in the audit log', async (t) => {
    const { signUp, db } = await createHarness(t)
    const person = await signUp('student', 'Ada Byron')
    const before = await person.get('/users/me')
    const etag = String(before.headers.etag)
    const changed = await person.patch('/users/me', { fullName: ' Ada Lovelace ' }, { 'if-match': etag })
    assert.equal(changed.statusCode, 200, changed.body)
    assert.equal(changed.json().fullName, 'Ada Lovelace')
    assert.notEqual(changed.headers.etag, etag)
    assert.equal((await person.get('/users/me')).headers.etag, changed.headers.etag)
    const event = await db.selectFrom('audit_event').selectAll().where('action', '=', 'user.renamed').executeTakeFirst()
    assert.equal(event?.actor_id, person.userId)
    assert.deepEqual(event?.details, { from: 'Ada Byron', to: 'Ada Lovelace' })
  })

  test('412 when it changed since I read it, of two at once one; nothing of the other is stored', async (t) => {
    const { signUp } = await createHarness(t)
    const person = await signUp('student')
    const etag = String((await person.get('/users/me')).headers.etag)
    const names = ['First Name', 'Second Name']
    const answers = await Promise.all(
      names.map((fullName) => person.patch('/users/me', { fullName }, { 'if-match': etag })),
    )
    assert.deepEqual(answers.map(({ statusCode }) => statusCode).sort(), [200, 412])
    const won = answers.find(({ statusCode }) => statusCode === 200)?.json()
    assert.equal((await person.get('/users/me')).json().fullName, won.fullName)
  })

  test('400 for an empty change, an empty name and for what is not mine to change', async (t) => {
    const { signUp } = await createHarness(t)
    const person = await signUp('student')
    for (const body of [{}, { fullName: '  ' }, { role: 'administrator' }, { email: 'other@example.org' }]) {
      assert.equal((await person.patch('/users/me', body)).statusCode, 400, JSON.stringify(body))
    }
    assert.equal((await person.get('/users/me')).json().role, 'student')
  })

  test('401 without a token', async (t) => {
    const { visitor } = await createHarness(t)
    assert.equal((await visitor.patch('/users/me', { fullName: 'Nobody' })).statusCode, 401)
  })
})

describe('POST /users/me/password', () => {
  const newPassword = 'an even better password'

  test('204 changes it, ends every other session, keeps this one, and tells the owner', async (t) => {
    const harness = await createHarness(t)
    const { visitor, signIn, signUp } = harness
    const here = await signUp('student')
    const there = await signIn(here)
    const body = { currentPassword: here.password, newPassword }
    assert.equal((await here.post('/users/me/password', body)).statusCode, 204)
    assert.equal((await there.get('/users/me')).statusCode, 401)
    assert.equal((await here.get('/users/me')).statusCode, 200)
    const { email, password } = here
    assert.equal((await visitor.post('/auth/login', { email, password })).statusCode, 401)
    assert.equal((await visitor.post('/auth/login', { email, password: newPassword })).statusCode, 200)
    await harness.runJobs()
    assert.match(mailsTo(harness, here)[0] ?? '', /password of your account was changed/)
    assert.ok((await auditActions(harness.db)).includes('user.password-changed'))
  })

  test('403 for a wrong present password, 429 after five; nothing changes', async (t) => {
    const { visitor, signUp } = await createHarness(t)
    const person = await signUp('student')
    const statuses: number[] = []
    for (let guess = 0; guess < 6; guess++) {
      const body = { currentPassword: 'wrong password', newPassword }
      statuses.push((await person.post('/users/me/password', body)).statusCode)
    }
    assert.deepEqual(statuses, [403, 403, 403, 403, 403, 429])
    const { email } = person
    assert.equal((await visitor.post('/auth/login', { email, password: newPassword })).statusCode, 429)
  })

  test('403 for one of two changes at once', async (t) => {
    const { signUp } = await createHarness(t)
    const person = await signUp('student')
    const change = (newPassword: string) =>
      person.post('/users/me/password', { currentPassword: person.password, newPassword })
    const answers = await Promise.all([change('the first new one'), change('the second new one')])
    assert.deepEqual(answers.map(({ statusCode }) => statusCode).sort(), [204, 403])
  })

  test('logins with the old password while it is changed leave no session that works', async (t) => {
    const cost = { PASSWORD_HASH_MEMORY_KIB: '19456', PASSWORD_HASH_PASSES: '2' }
    const { visitor, client, signUp } = await createHarness(t, {
      settings: { ...cost, LOGIN_FAILURES_PER_ACCOUNT: '1000' },
    })
    const person = await signUp('student')
    const { email, password } = person
    let isChanged = false
    const opened: string[] = []
    async function logInAgainAndAgain(): Promise<void> {
      while (!isChanged) {
        const login = await visitor.post('/auth/login', { email, password })
        if (login.statusCode === 200) opened.push(login.json().accessToken)
      }
    }
    async function change(): Promise<void> {
      const changed = await person.post('/users/me/password', { currentPassword: password, newPassword })
      isChanged = true
      assert.equal(changed.statusCode, 204, changed.body)
    }
    await Promise.all([logInAgainAndAgain(), logInAgainAndAgain(), logInAgainAndAgain(), change()])
    assert.ok(opened.length > 0)
    for (const token of opened) assert.equal((await client(token).get('/users/me')).statusCode, 401)
  })

  test('400 for a short new password, 401 without a token', async (t) => {
    const { visitor, signUp } = await createHarness(t)
    const person = await signUp('student')
    const short = { currentPassword: person.password, newPassword: 'short' }
    assert.equal((await person.post('/users/me/password', short)).statusCode, 400)
    assert.equal((await visitor.post('/users/me/password', { ...short, newPassword })).statusCode, 401)
  })
})
