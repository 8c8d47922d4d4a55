import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createPasswords } from '#modules/auth/index.ts'
import { auditActions } from '#support/audit.ts'
import { createHarness } from '#support/harness.ts'

describe('POST /auth/login', () => {
  test('200 gives tokens that open the account', async (t) => {
    const { visitor, client, signUp } = await createHarness(t)
    const { email, password, userId } = await signUp('student', 'Ada Lovelace')
    const login = await visitor.post('/auth/login', { email: ` ${email.toUpperCase()}`, password })
    assert.equal(login.statusCode, 200, login.body)
    assert.equal(login.headers['cache-control'], 'no-store')
    const { accessToken, refreshToken, tokenType, expiresIn } = login.json()
    assert.deepEqual({ tokenType, expiresIn }, { tokenType: 'Bearer', expiresIn: 900 })
    assert.ok(refreshToken.length >= 40)
    const me = await client(accessToken).get('/users/me')
    assert.equal(me.json().id, userId)
    assert.notEqual(me.json().lastLoginAt, null)
  })

  test('401 is the same for an unknown address, a wrong password and a deactivated account', async (t) => {
    const { visitor, signUp, db } = await createHarness(t)
    const known = await signUp('student')
    const gone = await signUp('student')
    await db.updateTable('user_account').set({ status: 'deactivated' }).where('id', '=', gone.userId).execute()
    const answers = await Promise.all([
      visitor.post('/auth/login', { email: known.email, password: 'something else entirely' }),
      visitor.post('/auth/login', { email: 'nobody@example.org', password: known.password }),
      visitor.post('/auth/login', { email: gone.email, password: gone.password }),
    ])
    const shown = answers.map(({ statusCode, json }) => {
      const { type, title, detail } = json()
      return { statusCode, type, title, detail }
    })
    assert.deepEqual(shown, [shown[0], shown[0], shown[0]])
    assert.equal(shown[0]?.statusCode, 401)
    assert.equal(shown[0]?.type, '/problems/auth/wrong-credentials')
  })

  test('400 when a field is missing, and nothing is counted as a failure', async (t) => {
    const { visitor, db } = await createHarness(t)
    assert.equal((await visitor.post('/auth/login', { email: 'ada@example.org' })).statusCode, 400)
    assert.deepEqual(await auditActions(db), [])
  })

  test('every outcome is in the audit log and in the metrics, no password is anywhere', async (t) => {
    const { visitor, signUp, db, metrics, log } = await createHarness(t)
    const { email, password, userId } = await signUp('student')
    await visitor.post('/auth/login', { email, password: 'a wrong password' })
    assert.deepEqual(await auditActions(db), ['auth.logged-in', 'auth.login-failed'])
    const failed = await db.selectFrom('audit_event').selectAll().where('action', '=', 'auth.login-failed').execute()
    assert.equal(failed[0]?.subject_id, userId)
    assert.equal(failed[0]?.network, '127.0.0.1')
    const text = await metrics.metrics()
    assert.match(text, /lms_auth_attempts_total\{action="login",outcome="failure"\} 1\n/)
    assert.match(text, /lms_auth_attempts_total\{action="login",outcome="throttled"\} 0\n/)
    for (const secret of ['a wrong password', password]) assert.equal(log.text().includes(secret), false)
  })

  test('a password hashed at another cost is hashed again at today’s, and still logs in', async (t) => {
    const { visitor, signUp, db } = await createHarness(t)
    const { email, password, userId } = await signUp('student')
    const old = await createPasswords({ memoryKib: 16, passes: 2 }).hashPassword(password)
    await db.updateTable('user_account').set({ password_hash: old }).where('id', '=', userId).execute()
    const hashOf = async () =>
      (await db.selectFrom('user_account').select('password_hash').where('id', '=', userId).executeTakeFirst())
        ?.password_hash
    assert.equal((await visitor.post('/auth/login', { email, password: 'wrong password' })).statusCode, 401)
    assert.equal(await hashOf(), old)
    assert.equal((await visitor.post('/auth/login', { email, password })).statusCode, 200)
    const renewed = await hashOf()
    assert.match(renewed ?? '', /^\$argon2id\$v=19\$m=8,t=1,p=1\$/)
    assert.equal((await visitor.post('/auth/login', { email, password })).statusCode, 200)
    assert.equal(await hashOf(), renewed, 'a hash at today’s cost stays as it is')
  })

  test('a composed and a decomposed spelling of one password are the same password', async (t) => {
    const { visitor } = await createHarness(t)
    const email = 'ada@example.org'
    await visitor.post('/auth/register', { email, password: 'Zo\u00eb likes caf\u00e9s', fullName: 'Zoë' })
    const login = await visitor.post('/auth/login', { email, password: 'Zoe\u0308 likes cafe\u0301s' })
    assert.equal(login.statusCode, 200)
  })
})
