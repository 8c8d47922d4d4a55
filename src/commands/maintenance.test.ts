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
import { readEnd } from './maintenance.ts'

const main = join(import.meta.dirname, '../main.ts')
const PROCESSES = postgresUrl ? 2 : 1

async function emptyProduct(t: TestContext): Promise<Record<string, string>> {
  const directory = mkdtempSync(join(tmpdir(), 'lms-maintenance-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  const settings = {
    DATA_DIR: directory,
    LOG_LEVEL: 'info',
    SECRET_KEY: 'a-secret-key-for-tests-only-0123456789abcdef',
  }
  if (!postgresUrl) return settings
  const database = await createTestDatabase()
  t.after(() => database.drop())
  return { ...settings, DATABASE_URL: database.url }
}

function operate(settings: Record<string, string>, ...args: string[]): { code: number | null; output: string } {
  const env = { PATH: process.env.PATH, ...settings }
  const done = spawnSync(process.execPath, [main, ...args], { env, encoding: 'utf8', timeout: 60_000 })
  return { code: done.status, output: done.stdout + done.stderr }
}

test('on and off reach every process within seconds; status and doctor tell of it', async (t) => {
  const settings = await emptyProduct(t)
  assert.equal(operate(settings, 'migrate').code, 0)
  const ports = await Promise.all(Array.from({ length: PROCESSES }, freePort))
  for (const port of ports) {
    const product = spawnScript(t, 'src/main.ts', ['serve'], { ...settings, PORT: String(port) })
    await eventually(() => assert.match(product.output(), /is ready on/), { timeoutMs: 30_000 })
  }
  const statusesOf = (path: string) =>
    Promise.all(ports.map(async (port) => (await fetch(`http://127.0.0.1:${port}/api/v1${path}`)).status))
  const everywhere = (status: number) =>
    eventually(
      async () =>
        assert.deepEqual(
          await statusesOf('/courses'),
          ports.map(() => status),
        ),
      {
        timeoutMs: 15_000,
      },
    )

  assert.match(operate(settings, 'maintenance').output, /There is no maintenance/)
  await everywhere(200)
  const on = operate(settings, 'maintenance', 'on', '--message', 'We are moving.', '--until', '2h')
  assert.equal(on.code, 0, on.output)
  assert.match(on.output, /^Maintenance since 20\S+Z, expected until 20\S+Z: We are moving\.$/m)
  await everywhere(503)
  assert.deepEqual(
    await statusesOf('/ready'),
    ports.map(() => 200),
  )
  const told = /^maintenance +since 20\S+Z, expected until 20\S+Z: We are moving\.$/m
  assert.match(operate({ ...settings, PORT: String(ports[0]) }, 'status').output, told)
  const { checks } = JSON.parse(operate(settings, 'doctor', '--only', 'product', '--json').output)
  assert.deepEqual(
    checks.map(({ id, status }: { id: string; status: string }) => [id, status]),
    [['product.maintenance', 'warn']],
  )

  assert.match(operate(settings, 'maintenance', 'off').output, /^Maintenance since 20\S+Z has ended\.$/m)
  await everywhere(200)
  assert.match(operate(settings, 'maintenance', 'off').output, /^There was no maintenance\.$/m)
})

test('upgrade-check tells what is pending and what serves; a wrong setting or nothing to go back to stops it', async (t) => {
  const settings = { ...(await emptyProduct(t)), RELEASE: '1.4.0' }
  assert.equal(operate(settings, 'migrate').code, 0)
  const port = await freePort()
  const product = spawnScript(t, 'src/main.ts', ['serve'], { ...settings, RELEASE: '1.3.2', PORT: String(port) })
  await eventually(() => assert.match(product.output(), /is ready on/), { timeoutMs: 30_000 })
  const url = `http://127.0.0.1:${port}`
  const fine = operate({ ...settings, SMTP_TLS: 'x' }, 'upgrade-check', '--json', '--url', url)
  const { status, checks } = JSON.parse(fine.output)
  assert.deepEqual([fine.code, status], [0, 'warn'], fine.output)
  const found = Object.fromEntries(checks.map((one: { id: string; found: string }) => [one.id, one.found]))
  assert.equal(found['upgrade.release'], '1.3.2 serves, this is 1.4.0')
  assert.equal(found['upgrade.migrations'], 'none is pending')
  assert.equal(found['upgrade.settings'], 'SMTP_TLS')
  const wrong = operate({ ...settings, SMTP_PORT: 'x' }, 'upgrade-check')
  assert.equal(wrong.code, 1)
  assert.match(wrong.output, /configuration\.valid.*SMTP_PORT: must be a whole number/)
  assert.equal(operate(settings, 'upgrade-check', '--now').code, 2)
})

test('what cannot be meant is refused, and nothing is switched', async (t) => {
  const settings = await emptyProduct(t)
  const refusals: [code: number, message: RegExp, ...args: string[]][] = [
    [2, /^Usage/, 'perhaps'],
    [2, /^Usage/, 'off', '--message', 'x'],
    [1, /--message must have 1 to 500 characters/, 'on', '--message', ' '],
    [1, /lacks .*migration.*Run: node src\/main\.ts migrate/, 'on'],
  ]
  for (const [code, message, ...args] of refusals) {
    const refused = operate(
      { ...settings, ...(postgresUrl && code === 1 && args.length === 1 && noTables) },
      'maintenance',
      ...args,
    )
    assert.equal(refused.code, code, refused.output)
    assert.match(refused.output, message)
  }
})

// The tests' own PostgreSQL databases are migrated; an empty file stands for one that is not.
const noTables = { DATABASE_URL: '' }

test('the end of maintenance is a span from now, or a time with its zone that has not passed', () => {
  const now = new Date('2026-11-24T12:00:00.000Z')
  assert.equal(readEnd('90m', now), '2026-11-24T13:30:00.000Z')
  assert.equal(readEnd('2h', now), '2026-11-24T14:00:00.000Z')
  assert.equal(readEnd('1d', now), '2026-11-25T12:00:00.000Z')
  assert.equal(readEnd('2026-11-24T23:30+01:00', now), '2026-11-24T22:30:00.000Z')
  for (const text of ['', '2x', '2026-11-24T22:00', '2026-13-01T00:00Z', '-5m']) {
    assert.throws(() => readEnd(text, now), /give 90m/, text)
  }
  assert.throws(() => readEnd('2026-11-24T11:59:00Z', now), /has passed already/)
})
