import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { eventually } from '#support/eventually.ts'
import { freePort } from '#support/free-port.ts'
import { spawnScript } from '#support/spawned.ts'
import { createTestDatabase, postgresUrl } from '#support/test-database.ts'

const main = join(import.meta.dirname, '../main.ts')

async function emptyProduct(t: TestContext): Promise<Record<string, string>> {
  const directory = mkdtempSync(join(tmpdir(), 'lms-admin-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  const cheap = { PASSWORD_HASH_MEMORY_KIB: '8', PASSWORD_HASH_PASSES: '1', LOG_LEVEL: 'silent' }
  if (!postgresUrl) return { ...cheap, DATA_DIR: directory }
  const database = await createTestDatabase()
  t.after(() => database.drop())
  return { ...cheap, DATA_DIR: directory, DATABASE_URL: database.url }
}

function createAdmin(settings: Record<string, string>, args: readonly string[], input = '') {
  const env = { PATH: process.env.PATH, ...settings }
  return spawnSync(process.execPath, [main, 'create-admin', ...args], { env, input, encoding: 'utf8', timeout: 60_000 })
}

/** Serves until the test ends; `said` is what it printed at its start. */
async function serve(t: TestContext, settings: Record<string, string>) {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}/api/v1`
  const running = spawnScript(t, 'src/main.ts', ['serve'], { ...settings, PORT: String(port) })
  await eventually(() => assert.match(running.output(), /is ready on/), { timeoutMs: 20_000 })
  const post = (path: string, body: object) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  async function stop(): Promise<void> {
    running.signal('SIGTERM')
    await running.ended
  }
  return { said: running.output, post, stop }
}

test('create-admin makes administrators with a password from the input or a generated one, who can log in', async (t) => {
  const settings = await emptyProduct(t)
  const typed = createAdmin(settings, ['--email', 'Ada@Example.org', '--name', 'Ada'], 'a good password\n')
  assert.equal(typed.status, 0, typed.stderr)
  assert.match(typed.stdout, /^ada@example\.org is an administrator\.$/m)
  assert.equal(typed.stdout.includes('a good password'), false)
  const generated = createAdmin(settings, ['--email', 'bo@example.org', '--name', 'Bo', '--generate-password'])
  const password = /^Password: (\S{20})$/m.exec(generated.stdout)?.[1]
  assert.ok(password, generated.stderr)

  const { said, post, stop } = await serve(t, settings)
  assert.equal(said().includes('setupToken'), false, 'there is nothing to set up')
  assert.equal((await post('/auth/login', { email: 'ada@example.org', password: 'a good password' })).status, 200)
  assert.equal((await post('/auth/login', { email: 'bo@example.org', password })).status, 200)
  await stop()
})

test('create-admin refuses what is not valid (2), and an address that has an account (1)', async (t) => {
  const settings = await emptyProduct(t)
  const invalid = createAdmin(settings, ['--email', 'x', '--name', ' '], 'short')
  assert.equal(invalid.status, 2)
  assert.equal(invalid.stderr.trim().split('\n').length, 3, invalid.stderr)
  assert.equal(createAdmin(settings, ['--mail', 'x']).status, 2)
  const person = ['--email', 'ada@example.org', '--name', 'Ada']
  assert.equal(createAdmin(settings, person, 'a good password').status, 0)
  const again = createAdmin(settings, person, 'a good password')
  assert.equal(again.status, 1)
  assert.match(again.stderr, /^There is already an account with this mail address\.$/m)
  const unattended = createAdmin(settings, ['--name', 'Ada'], 'a good password')
  assert.match(unattended.stderr, /--email is missing/)
})

test('the first start shows a setup token that works, no later start shows one', async (t) => {
  const settings = await emptyProduct(t)
  const first = await serve(t, settings)
  const setupToken = await eventually(() => {
    const token = /"setupToken":"([^"]+)"/.exec(first.said())?.[1]
    assert.ok(token, first.said())
    return token
  })
  await first.stop()

  const second = await serve(t, settings)
  assert.equal(second.said().includes('setupToken'), false)
  const person = { email: 'ada@example.org', password: 'a good password', fullName: 'Ada' }
  assert.equal((await second.post('/auth/setup', { setupToken, ...person })).status, 201)
  await second.stop()
})
