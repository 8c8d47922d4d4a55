import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { auditActions } from '#support/audit.ts'
import { createHarness, type Harness, mailsTo, type Person } from '#support/harness.ts'

const nobody = '/admin/users/01890000-0000-7000-8000-000000000000'

function refreshTokenOf({ visitor }: Harness, { email, password }: Person) {
  return visitor.post('/auth/login', { email, password }).then((login) => login.json().refreshToken as string)
}

async function activeAdministrators({ db }: Harness): Promise<string[]> {
  const rows = await db
    .selectFrom('user_account')
    .select('id')
    .where('role', '=', 'administrator')
    .where('status', '=', 'active')
    .execute()
  return rows.map(({ id }) => id)
}

describe('PATCH /admin/users/{userId}', () => {
  test('200 changes the role: tokens with the old one stop at once, a refresh brings the new one', async (t) => {
    const harness = await createHarness(t)
    const [administrator, person] = [await harness.signUp('administrator'), await harness.signUp('student')]
    const refreshToken = await refreshTokenOf(harness, person)
    const changed = await administrator.patch(`/admin/users/${person.userId}`, { role: 'instructor' })
    assert.equal(changed.statusCode, 200, changed.body)
    assert.equal(changed.json().role, 'instructor')
    const refused = await person.get('/users/me')
    assert.equal(refused.statusCode, 401)
    assert.equal(refused.json().reason, 'revoked')
    const refreshed = await harness.visitor.post('/auth/refresh', { refreshToken })
    assert.equal(refreshed.statusCode, 200, 'the session itself goes on')
    const me = await harness.client(refreshed.json().accessToken).get('/users/me')
    assert.equal(me.json().role, 'instructor')
    const event = await harness.db
      .selectFrom('audit_event')
      .selectAll()
      .where('action', '=', 'user.role-changed')
      .executeTakeFirst()
    assert.deepEqual(
      [event?.actor_id, event?.subject_id, event?.details],
      [administrator.userId, person.userId, { from: 'student', to: 'instructor' }],
    )
  })

  test('200 changes the name and leaves tokens alone; 412 for another version', async (t) => {
    const harness = await createHarness(t)
    const [administrator, person] = [await harness.signUp('administrator'), await harness.signUp('student')]
    const path = `/admin/users/${person.userId}`
    const etag = String((await administrator.get(path)).headers.etag)
    const changed = await administrator.patch(path, { fullName: 'Ada Lovelace' }, { 'if-match': etag })
    assert.equal(changed.json().fullName, 'Ada Lovelace')
    assert.equal((await person.get('/users/me')).json().fullName, 'Ada Lovelace')
    const outdated = await administrator.patch(path, { role: 'administrator' }, { 'if-match': etag })
    assert.equal(outdated.statusCode, 412)
    assert.equal((await administrator.get(path)).json().role, 'student')
  })

  test('200 without any effect for the role it has already', async (t) => {
    const harness = await createHarness(t)
    const [administrator, person] = [await harness.signUp('administrator'), await harness.signUp('student')]
    assert.equal((await administrator.patch(`/admin/users/${person.userId}`, { role: 'student' })).statusCode, 200)
    assert.equal((await person.get('/users/me')).statusCode, 200)
    assert.equal((await auditActions(harness.db)).includes('user.role-changed'), false)
  })

  test('400 for an empty or unknown change, 404 for nobody', async (t) => {
    const harness = await createHarness(t)
    const [administrator, person] = [await harness.signUp('administrator'), await harness.signUp('student')]
    for (const body of [{}, { role: 'teacher' }, { status: 'active' }]) {
      assert.equal((await administrator.patch(`/admin/users/${person.userId}`, body)).statusCode, 400)
    }
    assert.equal((await administrator.patch(nobody, { role: 'student' })).statusCode, 404)
  })

  test('409 for the only active administrator, however many are closed or invited', async (t) => {
    const harness = await createHarness(t)
    const [administrator, former] = [await harness.signUp('administrator'), await harness.signUp('administrator')]
    await administrator.post(`/admin/users/${former.userId}/deactivate`)
    const invitation = { email: 'new@example.org', fullName: 'New', role: 'administrator' }
    await administrator.post('/admin/users', invitation)
    const refused = await administrator.patch(`/admin/users/${administrator.userId}`, { role: 'student' })
    assert.equal(refused.statusCode, 409)
    assert.equal(refused.json().type, '/problems/admin/last-administrator')
    assert.equal((await administrator.get('/admin/users')).statusCode, 200, 'the token is as good as before')
  })
})

describe('POST /admin/users/{userId}/deactivate', () => {
  test('200 ends sessions and access tokens at once, and no login follows', async (t) => {
    const harness = await createHarness(t)
    const [administrator, person] = [await harness.signUp('administrator'), await harness.signUp('student')]
    const refreshToken = await refreshTokenOf(harness, person)
    const closed = await administrator.post(`/admin/users/${person.userId}/deactivate`)
    assert.equal(closed.statusCode, 200, closed.body)
    assert.equal(closed.json().status, 'deactivated')
    assert.equal((await person.get('/users/me')).statusCode, 401)
    assert.equal((await harness.visitor.post('/auth/refresh', { refreshToken })).statusCode, 401)
    const { email, password } = person
    assert.equal((await harness.visitor.post('/auth/login', { email, password })).statusCode, 401)
    const actions = await auditActions(harness.db)
    assert.ok(actions.includes('user.deactivated') && actions.includes('auth.sessions-ended'))
  })

  test('a login in the same moment leaves no session that works', async (t) => {
    const harness = await createHarness(t)
    const administrator = await harness.signUp('administrator')
    for (let round = 0; round < 8; round++) {
      const { userId, email, password } = await harness.signUp('student')
      const [login] = await Promise.all([
        harness.visitor.post('/auth/login', { email, password }),
        administrator.post(`/admin/users/${userId}/deactivate`),
      ])
      if (login.statusCode !== 200) continue
      const { accessToken, refreshToken } = login.json()
      assert.equal((await harness.client(accessToken).get('/users/me')).statusCode, 401, `round ${round}`)
      assert.equal((await harness.visitor.post('/auth/refresh', { refreshToken })).statusCode, 401, `round ${round}`)
    }
  })

  test('200 a second time changes nothing, 404 for nobody', async (t) => {
    const harness = await createHarness(t)
    const [administrator, person] = [await harness.signUp('administrator'), await harness.signUp('student')]
    const deactivate = () => administrator.post(`/admin/users/${person.userId}/deactivate`)
    const [first, second] = [await deactivate(), await deactivate()]
    assert.deepEqual(second.json(), first.json())
    assert.equal((await auditActions(harness.db)).filter((action) => action === 'user.deactivated').length, 1)
    assert.equal((await administrator.post(`${nobody}/deactivate`)).statusCode, 404)
  })

  test('409 for the only active administrator; 200 for oneself where there is another', async (t) => {
    const harness = await createHarness(t)
    const administrator = await harness.signUp('administrator')
    const path = `/admin/users/${administrator.userId}/deactivate`
    assert.equal((await administrator.post(path)).statusCode, 409)
    const other = await harness.signUp('administrator')
    assert.equal((await administrator.post(path)).statusCode, 200)
    assert.equal((await administrator.get('/admin/users')).statusCode, 401)
    assert.deepEqual(await activeAdministrators(harness), [other.userId])
  })
})

describe('the last administrator', () => {
  test('is not lost by two who close each other’s accounts at once', async (t) => {
    const harness = await createHarness(t)
    for (let round = 0; round < 5; round++) {
      const [one, two] = [await harness.signUp('administrator'), await harness.signUp('administrator')]
      const answers = await Promise.all([
        one.post(`/admin/users/${two.userId}/deactivate`),
        two.patch(`/admin/users/${one.userId}`, { role: 'student' }),
      ])
      assert.equal(answers.filter(({ statusCode }) => statusCode === 200).length, 1, `round ${round}`)
      const left = await activeAdministrators(harness)
      assert.equal(left.length, 1, `round ${round}`)
      await harness.db.updateTable('user_account').set({ role: 'student' }).execute()
    }
  })

  test('who was removed in the same moment changes nothing any more', async (t) => {
    const harness = await createHarness(t)
    const one = await harness.signUp('administrator')
    for (let round = 0; round < 8; round++) {
      const [removed, third] = [await harness.signUp('administrator'), await harness.signUp('administrator')]
      await Promise.all([
        one.post(`/admin/users/${removed.userId}/deactivate`),
        removed.patch(`/admin/users/${third.userId}`, { role: 'student' }),
      ])
      const { items } = (await one.get(`/admin/audit-events?actorId=${removed.userId}`)).json()
      const [closing] = (
        await one.get(`/admin/audit-events?subjectId=${removed.userId}&action=user.deactivated`)
      ).json().items
      const late = items.filter(({ id }: { id: string }) => id > closing.id)
      assert.deepEqual(late, [], `round ${round}`)
    }
  })

  test('is not lost by all who leave at once', async (t) => {
    const harness = await createHarness(t)
    const administrators: Person[] = []
    for (let count = 0; count < 4; count++) administrators.push(await harness.signUp('administrator'))
    const answers = await Promise.all(
      administrators.map((one) => one.patch(`/admin/users/${one.userId}`, { role: 'student' })),
    )
    assert.deepEqual(answers.map(({ statusCode }) => statusCode).sort(), [200, 200, 200, 409])
    assert.equal((await activeAdministrators(harness)).length, 1)
  })
})

describe('POST /admin/users/{userId}/reactivate', () => {
  test('200 lets the person log in again; sessions of before stay ended', async (t) => {
    const harness = await createHarness(t)
    const [administrator, person] = [await harness.signUp('administrator'), await harness.signUp('student')]
    await administrator.post(`/admin/users/${person.userId}/deactivate`)
    const opened = await administrator.post(`/admin/users/${person.userId}/reactivate`)
    assert.equal(opened.json().status, 'active')
    assert.equal((await person.get('/users/me')).statusCode, 401)
    const again = await harness.signIn(person)
    assert.equal((await again.get('/users/me')).statusCode, 200)
  })

  test('200 without any effect for an open account, 404 for nobody', async (t) => {
    const harness = await createHarness(t)
    const [administrator, person] = [await harness.signUp('administrator'), await harness.signUp('student')]
    assert.equal((await administrator.post(`/admin/users/${person.userId}/reactivate`)).statusCode, 200)
    assert.equal((await auditActions(harness.db)).includes('user.reactivated'), false)
    assert.equal((await administrator.post(`${nobody}/reactivate`)).statusCode, 404)
  })
})

describe('DELETE /admin/users/{userId}/totp', () => {
  async function withTotp({ db, clock }: Harness, { userId }: Person): Promise<void> {
    const at = clock.now().toISOString()
    await db.updateTable('user_account').set({ totp_enabled_at: at }).where('id', '=', userId).execute()
  }

  test('204 lets somebody who lost his app log in with the password alone, and tells him', async (t) => {
    const harness = await createHarness(t)
    const [administrator, person] = [await harness.signUp('administrator'), await harness.signUp('student')]
    await withTotp(harness, person)
    assert.equal((await administrator.delete(`/admin/users/${person.userId}/totp`)).statusCode, 204)
    assert.ok((await harness.signIn(person)).token)
    await harness.runJobs()
    assert.match(mailsTo(harness, person)[0] ?? '', /no longer asks/)
    assert.ok((await auditActions(harness.db)).includes('auth.totp-reset'))
  })

  test('403 for one’s own, 409 where there is none, 404 for nobody', async (t) => {
    const harness = await createHarness(t)
    const [administrator, person] = [await harness.signUp('administrator'), await harness.signUp('student')]
    await withTotp(harness, administrator)
    assert.equal((await administrator.delete(`/admin/users/${administrator.userId}/totp`)).statusCode, 403)
    assert.equal((await administrator.get('/users/me')).json().totpEnabled, true)
    assert.equal((await administrator.delete(`/admin/users/${person.userId}/totp`)).statusCode, 409)
    assert.equal((await administrator.delete(`${nobody}/totp`)).statusCode, 404)
  })
})
