import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { auditActions } from '#support/audit.ts'
import { createHarness } from '#support/harness.ts'

const first = { email: 'first@example.org', password: 'a long enough password', fullName: 'First Administrator' }
const production = {
  ENVIRONMENT: 'production',
  STRICT_ROUTER_IMPORTS: 'true',
  DATABASE_URL: 'sqlite:unused',
  TRUSTED_HOSTS: 'localhost',
  FRONTEND_BASE_URL: 'https://lms.example.org',
  PASSWORD_HASH_MEMORY_KIB: '19456',
  PASSWORD_HASH_PASSES: '2',
}

async function freshProduct(t: Parameters<typeof createHarness>[0], settings: Record<string, string> = {}) {
  const harness = await createHarness(t, { settings })
  const setupToken = await harness.app.setup.ensureSetupToken()
  assert.ok(setupToken)
  return { ...harness, setupToken }
}

describe('the setup token', () => {
  test('is shown once, and the database does not hold it', async (t) => {
    const { app, db, setupToken } = await freshProduct(t)
    assert.equal(await app.setup.ensureSetupToken(), null)
    assert.equal(JSON.stringify(await db.selectFrom('setup_token').selectAll().execute()).includes(setupToken), false)
  })

  test('is made by one of two processes that start together', async (t) => {
    const { app } = await createHarness(t)
    const tokens = await Promise.all([app.setup.ensureSetupToken(), app.setup.ensureSetupToken()])
    assert.equal(tokens.filter((token) => token !== null).length, 1)
  })

  test('is not made where there is an administrator', async (t) => {
    const { app, signUp } = await createHarness(t)
    await signUp('administrator')
    assert.equal(await app.setup.ensureSetupToken(), null)
  })
})

describe('POST /auth/setup', () => {
  for (const [environment, settings] of Object.entries({ development: {}, production })) {
    test(`201 makes the first administrator in ${environment}, and 403 ever after`, async (t) => {
      const { visitor, client, db, setupToken } = await freshProduct(t, settings)
      const made = await visitor.post('/auth/setup', { setupToken, ...first })
      assert.equal(made.statusCode, 201, made.body)
      assert.equal(made.json().role, 'administrator')
      const { email, password } = first
      const login = await visitor.post('/auth/login', { email, password })
      assert.equal((await client(login.json().accessToken).get('/users/me')).json().role, 'administrator')
      const second = await visitor.post('/auth/setup', { setupToken, ...first, email: 'second@example.org' })
      assert.equal(second.statusCode, 403)
      assert.equal(second.json().type, '/problems/accounts/setup-not-possible')
      assert.deepEqual(await auditActions(db), ['user.administrator-set-up', 'auth.logged-in'])
    })
  }

  test('403 for a wrong token, and where no token was ever made', async (t) => {
    const { visitor, db } = await freshProduct(t)
    const wrong = await visitor.post('/auth/setup', { setupToken: 'wrong', ...first })
    assert.equal(wrong.statusCode, 403)
    const other = await createHarness(t)
    assert.equal((await other.visitor.post('/auth/setup', { setupToken: 'any', ...first })).statusCode, 403)
    assert.deepEqual(await db.selectFrom('user_account').selectAll().execute(), [])
  })

  test('one of five at once makes an administrator, all others get 403', async (t) => {
    const { visitor, db, setupToken } = await freshProduct(t)
    const answers = await Promise.all(
      Array.from({ length: 5 }, (_, index) =>
        visitor.post('/auth/setup', { setupToken, ...first, email: `admin-${index}@example.org` }),
      ),
    )
    assert.deepEqual(answers.map(({ statusCode }) => statusCode).sort(), [201, 403, 403, 403, 403])
    assert.equal((await db.selectFrom('user_account').selectAll().execute()).length, 1)
  })

  test('409 when the address has an account, and the token still works', async (t) => {
    const { visitor, setupToken } = await freshProduct(t)
    await visitor.post('/auth/register', first)
    assert.equal((await visitor.post('/auth/setup', { setupToken, ...first })).statusCode, 409)
    const body = { setupToken, ...first, email: 'other@example.org' }
    assert.equal((await visitor.post('/auth/setup', body)).statusCode, 201)
  })

  test('400 names each wrong field', async (t) => {
    const { visitor, setupToken } = await freshProduct(t)
    const refused = await visitor.post('/auth/setup', { setupToken, ...first, password: 'short', role: 'student' })
    assert.equal(refused.statusCode, 400)
    const pointers = refused.json().errors.map((error: { pointer: string }) => error.pointer)
    assert.deepEqual(pointers.sort(), ['/body/password', '/body/role'])
  })

  test('403 once the operator has made an administrator on the command line', async (t) => {
    const { app, visitor, setupToken } = await freshProduct(t)
    await app.setup.createAdministrator({ ...first, email: 'operator@example.org' })
    assert.equal((await visitor.post('/auth/setup', { setupToken, ...first })).statusCode, 403)
  })
})

test('nobody registers as an administrator, with or without a setup token', async (t) => {
  const { visitor, setupToken } = await freshProduct(t)
  for (const extra of [{ role: 'administrator' }, { setupToken }, { role: 'administrator', setupToken }]) {
    assert.equal((await visitor.post('/auth/register', { ...first, ...extra })).statusCode, 400)
  }
  assert.equal((await visitor.post('/auth/register', first)).json().role, 'student')
})
