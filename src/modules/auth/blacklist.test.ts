import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type BreakableStore, createBreakableStore } from '#support/breakable-store.ts'
import { eventually } from '#support/eventually.ts'
import { createHarness, type Harness } from '#support/harness.ts'

async function harnessWithStore(t: Parameters<typeof createHarness>[0], settings: Record<string, string> = {}) {
  let store: BreakableStore | undefined
  const harness = await createHarness(t, {
    settings,
    store(clock) {
      store = createBreakableStore(clock)
      return store
    },
  })
  assert.ok(store)
  return { ...harness, store }
}

/** An account, and a second session of it. */
async function twoSessions({ visitor, client, signUp }: Harness) {
  const person = await signUp('student')
  const { email, password } = person
  const { accessToken } = (await visitor.post('/auth/login', { email, password })).json()
  return { person, other: client(accessToken) }
}

describe('a store that has lost its content', () => {
  test('is filled from the database before the next token is accepted', async (t) => {
    const harness = await harnessWithStore(t)
    const { person, other } = await twoSessions(harness)
    await other.post('/auth/logout')
    harness.store.empty()
    assert.equal((await other.get('/users/me')).statusCode, 401, 'a session that was ended')
    assert.equal((await person.get('/users/me')).statusCode, 200)

    await person.post('/auth/logout-everywhere')
    harness.store.empty()
    assert.equal((await person.get('/users/me')).statusCode, 401, 'an account whose tokens were revoked')
  })

  test('gets what concerns tokens that still live, and nothing older', async (t) => {
    const harness = await harnessWithStore(t)
    const { person, other } = await twoSessions(harness)
    await other.post('/auth/logout')
    harness.clock.advance({ minutes: 20 })
    harness.store.empty()
    await person.get('/users/me')
    const { email, password } = person
    const { accessToken } = (await harness.visitor.post('/auth/login', { email, password })).json()
    assert.equal((await harness.client(accessToken).get('/users/me')).statusCode, 200)
    const filled = harness.log.lines().filter(({ msg }) => msg === 'token blacklist filled from the database')
    assert.equal(filled.at(-1)?.sessions, 0)
  })
})

describe('with Redis unreachable', () => {
  test('503 with Retry-After, never 401, when it fails closed', async (t) => {
    const harness = await harnessWithStore(t)
    const person = await harness.signUp('student')
    harness.store.isDown = true
    const refused = await person.get('/users/me')
    assert.equal(refused.statusCode, 503)
    assert.equal(refused.headers['retry-after'], '5')
    assert.equal(refused.json().type, '/problems/auth/token-check-unavailable')
    assert.match(await harness.metrics.metrics(), /lms_auth_blacklist_unavailable_total\{outcome="refused"\} 1\n/)
    harness.store.isDown = false
    assert.equal((await person.get('/users/me')).statusCode, 200)
  })

  test('200 by the signature alone, counted each time and logged once, when it fails open', async (t) => {
    const harness = await harnessWithStore(t, { ACCESS_TOKEN_BLACKLIST_FAIL_CLOSED: 'false' })
    const person = await harness.signUp('student')
    harness.store.isDown = true
    assert.equal((await person.get('/users/me')).statusCode, 200)
    assert.equal((await person.get('/users/me')).statusCode, 200)
    assert.equal((await harness.client('not.a.token').get('/users/me')).statusCode, 401)
    assert.match(await harness.metrics.metrics(), /lms_auth_blacklist_unavailable_total\{outcome="accepted"\} 2\n/)
    assert.equal(harness.log.text().split('the signature alone decided').length - 1, 1)
  })

  test('204 for a logout, which holds in this process at once and everywhere when Redis is back', async (t) => {
    const harness = await harnessWithStore(t, { ACCESS_TOKEN_BLACKLIST_FAIL_CLOSED: 'false' })
    const { person, other } = await twoSessions(harness)
    await person.get('/users/me')
    harness.store.isDown = true
    assert.equal((await other.post('/auth/logout')).statusCode, 204)
    assert.equal((await other.get('/users/me')).statusCode, 401)
    harness.store.isDown = false
    assert.equal((await other.get('/users/me')).statusCode, 401, 'before the store knows it')
    const sessions = await harness.db.selectFrom('session').select('id').where('ended_at', 'is not', null).execute()
    await eventually(async () => {
      assert.deepEqual(await harness.store.getMany([`revoked:session:${sessions[0]?.id}`]), ['1'])
    })
  })
})

test('tokens are refused by reason, and each reason is counted', async (t) => {
  const harness = await createHarness(t)
  const person = await harness.signUp('student')
  const reasonOf = async (token: string | null) => (await harness.client(token).get('/users/me')).json().reason
  assert.equal(await reasonOf(null), 'missing')
  assert.equal(await reasonOf('not.a.token'), 'invalid')
  const [header = '', claims = '', signature = ''] = (person.token ?? '').split('.')
  const forged = JSON.parse(Buffer.from(claims, 'base64url').toString())
  forged.role = 'administrator'
  const forgedClaims = Buffer.from(JSON.stringify(forged)).toString('base64url')
  assert.equal(await reasonOf(`${header}.${forgedClaims}.${signature}`), 'invalid')
  const unsigned = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')
  assert.equal(await reasonOf(`${unsigned}.${forgedClaims}.`), 'invalid')
  harness.clock.advance({ minutes: 15 })
  assert.equal(await reasonOf(person.token), 'expired')
  const text = await harness.metrics.metrics()
  assert.match(text, /lms_auth_token_rejections_total\{reason="missing"\} 1\n/)
  assert.match(text, /lms_auth_token_rejections_total\{reason="invalid"\} 3\n/)
  assert.match(text, /lms_auth_token_rejections_total\{reason="expired"\} 1\n/)
})
