import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { auditActions } from '#support/audit.ts'
import { createHarness, type Harness } from '#support/harness.ts'

interface Credentials {
  readonly email: string
  readonly password: string
}

async function logIn({ visitor, client }: Harness, { email, password }: Credentials, userAgent = 'test') {
  const login = await visitor.post('/auth/login', { email, password }, { 'user-agent': userAgent })
  assert.equal(login.statusCode, 200, login.body)
  const { accessToken, refreshToken } = login.json()
  return { ...client(accessToken), refreshToken: refreshToken as string }
}

describe('POST /auth/refresh', () => {
  test('200 gives new tokens, which work', async (t) => {
    const harness = await createHarness(t)
    const first = await logIn(harness, await harness.signUp('student'))
    const refreshed = await harness.visitor.post('/auth/refresh', { refreshToken: first.refreshToken })
    assert.equal(refreshed.statusCode, 200, refreshed.body)
    assert.equal(refreshed.headers['cache-control'], 'no-store')
    assert.notEqual(refreshed.json().refreshToken, first.refreshToken)
    assert.equal((await harness.client(refreshed.json().accessToken).get('/users/me')).statusCode, 200)
  })

  test('401 for a token that is unknown, and for one whose session was not used for 30 days', async (t) => {
    const harness = await createHarness(t)
    const { refreshToken } = await logIn(harness, await harness.signUp('student'))
    assert.equal((await harness.visitor.post('/auth/refresh', { refreshToken: 'unknown' })).statusCode, 401)
    harness.clock.advance({ days: 30, seconds: 1 })
    assert.equal((await harness.visitor.post('/auth/refresh', { refreshToken })).statusCode, 401)
  })

  test('a session that is used lives on', async (t) => {
    const harness = await createHarness(t)
    let { refreshToken } = await logIn(harness, await harness.signUp('student'))
    for (let month = 0; month < 3; month++) {
      harness.clock.advance({ days: 29 })
      const refreshed = await harness.visitor.post('/auth/refresh', { refreshToken })
      assert.equal(refreshed.statusCode, 200)
      refreshToken = refreshed.json().refreshToken
    }
  })

  test('a replayed token ends its whole session, access tokens included, and no other', async (t) => {
    const harness = await createHarness(t)
    const { visitor, client } = harness
    const person = await harness.signUp('student')
    const other = await logIn(harness, person)
    const first = await logIn(harness, person)
    const second = (await visitor.post('/auth/refresh', { refreshToken: first.refreshToken })).json()
    assert.equal((await visitor.post('/auth/refresh', { refreshToken: first.refreshToken })).statusCode, 401)
    assert.equal((await visitor.post('/auth/refresh', { refreshToken: second.refreshToken })).statusCode, 401)
    const refused = await client(second.accessToken).get('/users/me')
    assert.equal(refused.statusCode, 401)
    assert.equal(refused.json().reason, 'revoked')
    assert.equal((await other.get('/users/me')).statusCode, 200)
    assert.ok((await auditActions(harness.db)).includes('auth.refresh-token-reused'))
  })

  test('one token sent twice at once is exchanged once, and its session ends', async (t) => {
    const harness = await createHarness(t)
    const { refreshToken } = await logIn(harness, await harness.signUp('student'))
    const exchange = () => harness.visitor.post('/auth/refresh', { refreshToken })
    const answers = await Promise.all([exchange(), exchange()])
    assert.deepEqual(answers.map(({ statusCode }) => statusCode).sort(), [200, 401])
    const won = answers.find(({ statusCode }) => statusCode === 200)?.json()
    assert.equal((await harness.client(won.accessToken).get('/users/me')).statusCode, 401)
  })
})

describe('POST /auth/logout', () => {
  test('204 ends this session at once, and no other', async (t) => {
    const harness = await createHarness(t)
    const person = await harness.signUp('student')
    const [here, there] = [await logIn(harness, person), await logIn(harness, person)]
    assert.equal((await here.post('/auth/logout')).statusCode, 204)
    assert.equal((await here.get('/users/me')).statusCode, 401)
    const { visitor } = harness
    assert.equal((await visitor.post('/auth/refresh', { refreshToken: here.refreshToken })).statusCode, 401)
    assert.equal((await there.get('/users/me')).statusCode, 200)
    assert.equal((await visitor.post('/auth/refresh', { refreshToken: there.refreshToken })).statusCode, 200)
    assert.equal((await auditActions(harness.db)).filter((action) => action === 'auth.sessions-ended').length, 1)
  })

  test('401 without a token', async (t) => {
    const { visitor } = await createHarness(t)
    const refused = await visitor.post('/auth/logout')
    assert.equal(refused.statusCode, 401)
    assert.equal(refused.json().reason, 'missing')
  })
})

describe('POST /auth/logout-everywhere', () => {
  test('204 ends all sessions of the account, and none of others', async (t) => {
    const harness = await createHarness(t)
    const [person, stranger] = [await harness.signUp('student'), await harness.signUp('student')]
    const [here, there] = [await logIn(harness, person), await logIn(harness, person)]
    assert.equal((await here.post('/auth/logout-everywhere')).statusCode, 204)
    for (const one of [here, there]) {
      assert.equal((await one.get('/users/me')).statusCode, 401)
      const refused = await harness.visitor.post('/auth/refresh', { refreshToken: one.refreshToken })
      assert.equal(refused.statusCode, 401)
    }
    assert.equal((await stranger.get('/users/me')).statusCode, 200)
    const again = await logIn(harness, person)
    assert.equal((await again.get('/users/me')).statusCode, 200, 'a login right afterwards is good')
  })

  test('a refresh in the same moment leaves nothing that works', async (t) => {
    const harness = await createHarness(t)
    const person = await harness.signUp('student')
    for (let round = 0; round < 10; round++) {
      const session = await logIn(harness, person)
      const [refreshed] = await Promise.all([
        harness.visitor.post('/auth/refresh', { refreshToken: session.refreshToken }),
        session.post('/auth/logout-everywhere'),
      ])
      if (refreshed.statusCode !== 200) continue
      const { accessToken, refreshToken } = refreshed.json()
      assert.equal((await harness.client(accessToken).get('/users/me')).statusCode, 401, `round ${round}`)
      assert.equal((await harness.visitor.post('/auth/refresh', { refreshToken })).statusCode, 401, `round ${round}`)
    }
  })
})

describe('GET /users/me/sessions', () => {
  test('200 lists my open sessions, newest first, page by page, and marks this one', async (t) => {
    const harness = await createHarness(t)
    const [person, stranger] = [await harness.signUp('student'), await harness.signUp('student')]
    const ended = await logIn(harness, person, 'ended')
    await ended.post('/auth/logout')
    await logIn(harness, person, 'phone')
    const here = await logIn(harness, person, 'laptop')
    await logIn(harness, stranger, 'not mine')

    const first = (await here.get('/users/me/sessions?limit=2')).json()
    const second = (await here.get(`/users/me/sessions?limit=2&cursor=${first.nextCursor}`)).json()
    const all = [...first.items, ...second.items]
    assert.deepEqual(
      all.map(({ userAgent }) => userAgent),
      ['laptop', 'phone', 'lightMyRequest'],
    )
    assert.deepEqual(
      all.map(({ isCurrent }) => isCurrent),
      [true, false, false],
    )
    assert.equal(all[0].network, '127.0.0.1')
    assert.equal(second.nextCursor, null)
  })

  test('401 without a token, 400 for a cursor that is not ours', async (t) => {
    const { visitor, signUp } = await createHarness(t)
    assert.equal((await visitor.get('/users/me/sessions')).statusCode, 401)
    const person = await signUp('student')
    assert.equal((await person.get('/users/me/sessions?cursor=nonsense')).statusCode, 400)
  })
})

describe('DELETE /users/me/sessions/{sessionId}', () => {
  async function sessionId(session: { get: Harness['visitor']['get'] }): Promise<string> {
    const { items } = (await session.get('/users/me/sessions')).json()
    return items.find(({ isCurrent }: { isCurrent: boolean }) => isCurrent).id
  }

  test('204 ends that session at once', async (t) => {
    const harness = await createHarness(t)
    const person = await harness.signUp('student')
    const [here, lost] = [await logIn(harness, person), await logIn(harness, person)]
    assert.equal((await here.delete(`/users/me/sessions/${await sessionId(lost)}`)).statusCode, 204)
    assert.equal((await lost.get('/users/me')).statusCode, 401)
    assert.equal((await here.get('/users/me')).statusCode, 200)
  })

  test('404 for the session of somebody else, which goes on, and for one that has ended', async (t) => {
    const harness = await createHarness(t)
    const [person, stranger] = [await harness.signUp('student'), await harness.signUp('student')]
    const path = `/users/me/sessions/${await sessionId(stranger)}`
    const refused = await person.delete(path)
    assert.equal(refused.statusCode, 404)
    assert.equal(refused.json().type, '/problems/auth/session-not-found')
    assert.equal((await stranger.get('/users/me')).statusCode, 200)
    const ended = await logIn(harness, person)
    const endedPath = `/users/me/sessions/${await sessionId(ended)}`
    await ended.post('/auth/logout')
    assert.equal((await person.delete(endedPath)).statusCode, 404)
  })

  test('400 for what is no id, 401 without a token', async (t) => {
    const { visitor, signUp } = await createHarness(t)
    assert.equal((await (await signUp('student')).delete('/users/me/sessions/1')).statusCode, 400)
    const id = '01890000-0000-7000-8000-000000000000'
    assert.equal((await visitor.delete(`/users/me/sessions/${id}`)).statusCode, 401)
  })
})
