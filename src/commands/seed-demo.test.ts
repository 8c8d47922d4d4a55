import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createTestDatabase, postgresUrl } from '#support/test-database.ts'

const main = join(import.meta.dirname, '../main.ts')

async function emptyDatabase(t: TestContext): Promise<Record<string, string>> {
  const directory = mkdtempSync(join(tmpdir(), 'lms-demo-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  if (!postgresUrl) return { DATA_DIR: directory }
  const database = await createTestDatabase()
  t.after(() => database.drop())
  return { DATA_DIR: directory, DATABASE_URL: database.url }
}

function seedDemo(settings: Record<string, string>, ...args: string[]) {
  const env = { PATH: process.env.PATH, PASSWORD_HASH_MEMORY_KIB: '8', PASSWORD_HASH_PASSES: '1', ...settings }
  return spawnSync(process.execPath, [main, 'seed-demo', ...args], { env, encoding: 'utf8', timeout: 60_000 })
}

test('seed-demo fills an empty database and prints three logins; a second time it refuses and changes nothing', async (t) => {
  const settings = await emptyDatabase(t)
  const first = seedDemo(settings)
  assert.equal(first.status, 0, first.stderr)
  assert.match(first.stdout, /8 courses, 207 people/)
  for (const role of ['administrator', 'instructor', 'student'])
    assert.match(first.stdout, new RegExp(`${role} +\\S+@`))
  const second = seedDemo(settings)
  assert.equal(second.status, 1, second.stdout)
  assert.match(second.stderr, /not empty/)
  assert.equal(second.stdout, '')
})

test('seed-demo refuses production, where everybody would know its password', async (t) => {
  const production = {
    ENVIRONMENT: 'production',
    SECRET_KEY: '0123456789abcdef0123456789abcdef0123456789',
    TRUSTED_HOSTS: 'lms.example.org',
    FRONTEND_BASE_URL: 'https://lms.example.org',
    PASSWORD_HASH_MEMORY_KIB: '19456',
    PASSWORD_HASH_PASSES: '2',
    STRICT_ROUTER_IMPORTS: 'true',
  }
  const settings = await emptyDatabase(t)
  const refused = seedDemo({ DATABASE_URL: `sqlite:${settings.DATA_DIR}/lms.db`, ...settings, ...production })
  assert.equal(refused.status, 1, refused.stderr)
  assert.match(refused.stderr, /not for ENVIRONMENT=production/)
})
