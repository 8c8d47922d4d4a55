import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createHarness } from '#support/harness.ts'

const ada = { email: 'Ada@Example.org', password: 'a long enough password', fullName: 'Ada Lovelace' }
const credentials = { email: ada.email, password: ada.password }

describe('POST /auth/register', () => {
  test('201 makes a student, never another role', async (t) => {
    const { visitor } = await createHarness(t)
    const response = await visitor.post('/auth/register', ada)
    assert.equal(response.statusCode, 201, response.body)
    assert.equal(response.json().role, 'student')
    assert.equal(response.json().email, 'ada@example.org')
    assert.equal(response.body.includes('password'), false)
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
  })
})

describe('POST /auth/login', () => {
  test('200 gives tokens that open the account', async (t) => {
    const { visitor, app } = await createHarness(t)
    await visitor.post('/auth/register', ada)
    const { accessToken, tokenType, expiresIn } = (await visitor.post('/auth/login', credentials)).json()
    assert.equal(tokenType, 'Bearer')
    assert.equal(expiresIn, 900)
    const me = await app.server.inject({ url: '/api/v1/users/me', headers: { authorization: `Bearer ${accessToken}` } })
    assert.equal(me.statusCode, 200)
    assert.equal(me.json().fullName, 'Ada Lovelace')
  })

  test('401 is the same for an unknown address and a wrong password', async (t) => {
    const { visitor } = await createHarness(t)
    await visitor.post('/auth/register', ada)
    const wrong = await visitor.post('/auth/login', { email: ada.email, password: 'something else entirely' })
    const unknown = await visitor.post('/auth/login', { email: 'nobody@example.org', password: ada.password })
    assert.equal(wrong.statusCode, 401)
    assert.equal(wrong.json().detail, unknown.json().detail)
    assert.equal(unknown.statusCode, 401)
  })
})

test('a replayed refresh token ends its whole session, access tokens included', async (t) => {
  const { visitor, app } = await createHarness(t)
  await visitor.post('/auth/register', ada)
  const first = (await visitor.post('/auth/login', credentials)).json()
  const second = (await visitor.post('/auth/refresh', { refreshToken: first.refreshToken })).json()
  assert.ok(second.refreshToken)
  assert.equal((await visitor.post('/auth/refresh', { refreshToken: first.refreshToken })).statusCode, 401)
  assert.equal((await visitor.post('/auth/refresh', { refreshToken: second.refreshToken })).statusCode, 401)
  const me = await app.server.inject({
    url: '/api/v1/users/me',
    headers: { authorization: `Bearer ${second.accessToken}` },
  })
  assert.equal(me.statusCode, 401)
  assert.equal(me.json().reason, 'revoked')
})
