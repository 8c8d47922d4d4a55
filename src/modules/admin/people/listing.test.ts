import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { User } from '#modules/users/index.ts'
import { createHarness } from '#support/harness.ts'

describe('GET /admin/users', () => {
  test('200 lists all accounts, newest first, page by page, each once', async (t) => {
    const { signUp } = await createHarness(t)
    const administrator = await signUp('administrator')
    const made = [administrator.userId]
    for (let count = 0; count < 6; count++) made.push((await signUp('student')).userId)
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page: { items: User[]; nextCursor: string | null } = (
        await administrator.get(`/admin/users?limit=3${cursor && `&cursor=${cursor}`}`)
      ).json()
      seen.push(...page.items.map(({ id }) => id))
      cursor = page.nextCursor
    }
    assert.deepEqual(seen, made.reverse())
  })

  test('200 finds by parts of name and address, in any case and accent; all words must be there', async (t) => {
    const { signUp } = await createHarness(t)
    const administrator = await signUp('administrator', 'Root')
    for (const name of ['Zoë Müller', 'Zoe Smith', 'Jan Müllerová', '李小龍', '100% Real_Name']) {
      await signUp('student', name)
    }
    const find = async (q: string) => {
      const response = await administrator.get(`/admin/users?q=${encodeURIComponent(q)}`)
      return response.json().items.map(({ fullName }: User) => fullName)
    }
    assert.deepEqual(await find('zoe'), ['Zoe Smith', 'Zoë Müller'])
    assert.deepEqual(await find('MÜLLER'), ['Jan Müllerová', 'Zoë Müller'])
    assert.deepEqual(await find('muller zoe'), ['Zoë Müller'])
    assert.deepEqual(await find('小龍'), ['李小龍'])
    assert.deepEqual(await find('administrator-'), ['Root'])
    assert.deepEqual(await find('100%'), ['100% Real_Name'])
    assert.deepEqual(await find('l_n'), ['100% Real_Name'], 'a wildcard of SQL stands for itself')
    assert.deepEqual(await find('%'), ['100% Real_Name'])
    assert.deepEqual(await find('\\'), [])
  })

  test('a new name is found, the old one is not', async (t) => {
    const { signUp } = await createHarness(t)
    const [administrator, person] = [await signUp('administrator'), await signUp('student', 'Ada Byron')]
    await person.patch('/users/me', { fullName: 'Ada Lovelace' })
    assert.equal((await administrator.get('/admin/users?q=lovelace')).json().items.length, 1)
    assert.equal((await administrator.get('/admin/users?q=byron')).json().items.length, 0)
  })

  test('200 filters by role and status together', async (t) => {
    const { signUp } = await createHarness(t)
    const administrator = await signUp('administrator')
    const [open, closed] = [await signUp('instructor'), await signUp('instructor')]
    await signUp('student')
    await administrator.post(`/admin/users/${closed.userId}/deactivate`)
    const ids = async (query: string) =>
      (await administrator.get(`/admin/users?${query}`)).json().items.map(({ id }: User) => id)
    assert.deepEqual(await ids('role=instructor&status=active'), [open.userId])
    assert.deepEqual(await ids('status=deactivated'), [closed.userId])
    assert.deepEqual(await ids('role=administrator&status=deactivated'), [])
  })

  test('400 for a role, limit or cursor that does not exist', async (t) => {
    const administrator = await (await createHarness(t)).signUp('administrator')
    for (const query of ['role=teacher', 'status=open', 'limit=101', 'cursor=nonsense', 'q=']) {
      assert.equal((await administrator.get(`/admin/users?${query}`)).statusCode, 400, query)
    }
  })
})

describe('GET /admin/users/{userId}', () => {
  test('200 shows one account with its ETag, 404 for none, 400 for what is no id', async (t) => {
    const { signUp } = await createHarness(t)
    const [administrator, person] = [await signUp('administrator'), await signUp('student', 'Ada')]
    const shown = await administrator.get(`/admin/users/${person.userId}`)
    assert.equal(shown.json().fullName, 'Ada')
    assert.match(String(shown.headers.etag), /^"\d+"$/)
    const missing = await administrator.get('/admin/users/01890000-0000-7000-8000-000000000000')
    assert.equal(missing.statusCode, 404)
    assert.equal(missing.json().type, '/problems/users/not-found')
    assert.equal((await administrator.get('/admin/users/1')).statusCode, 400)
  })
})

test('401 without a token and 403 without the role, on every address of administration', async (t) => {
  const { visitor, signUp, db } = await createHarness(t)
  const [instructor, student] = [await signUp('instructor'), await signUp('student')]
  const user = `/admin/users/${student.userId}`
  const calls = [
    ['get', '/admin/users'],
    ['get', user],
    ['get', '/admin/audit-events'],
    ['post', '/admin/users', { email: 'new@example.org', fullName: 'New', role: 'student' }],
    ['post', `${user}/invitation`],
    ['patch', user, { role: 'administrator' }],
    ['post', `${user}/deactivate`],
    ['post', `${user}/reactivate`],
    ['delete', `${user}/totp`],
  ] as const
  for (const [method, path, body] of calls) {
    const send = (one: typeof visitor) =>
      body === undefined ? one[method](path) : one[method as 'post'](path, body as object)
    assert.equal((await send(visitor)).statusCode, 401, `${method} ${path}`)
    for (const person of [instructor, student]) {
      const refused = await send(person)
      assert.equal(refused.statusCode, 403, `${method} ${path}`)
      assert.equal(refused.json().type, '/problems/auth/not-allowed')
    }
  }
  const roles = await db.selectFrom('user_account').select('role').execute()
  assert.deepEqual(roles.map(({ role }) => role).sort(), ['instructor', 'student'])
})
