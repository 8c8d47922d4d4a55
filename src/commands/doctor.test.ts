import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { freePort } from '#support/free-port.ts'
import { startSmtpServer } from '#support/smtp-server.ts'
import { spawnScript } from '#support/spawned.ts'
import { createTestDatabase, postgresUrl } from '#support/test-database.ts'

interface Report {
  readonly status: string
  readonly counts: Record<string, number>
  readonly checks: readonly { readonly id: string; readonly status: string; readonly found: string }[]
}

async function run(t: TestContext, script: readonly string[], settings: Record<string, string>) {
  const running = spawnScript(t, 'src/main.ts', script, {
    PASSWORD_HASH_MEMORY_KIB: '8',
    LOG_LEVEL: 'silent',
    ...settings,
  })
  return { code: await running.ended, output: running.output(), errorOutput: running.errorOutput() }
}

async function emptyProduct(t: TestContext): Promise<Record<string, string>> {
  const directory = await mkdtemp(join(tmpdir(), 'lms-doctor-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  if (!postgresUrl) return { DATA_DIR: directory }
  const database = await createTestDatabase()
  t.after(() => database.drop())
  return { DATA_DIR: directory, DATABASE_URL: database.url }
}

function statusOf(report: Report, id: string): string | undefined {
  return report.checks.find((check) => check.id === id)?.status
}

test('doctor looks at a running set-up with its mail server: 1 without an administrator, 0 with one', async (t) => {
  const smtp = await startSmtpServer()
  t.after(() => smtp.close())
  const mail = { SMTP_HOST: smtp.host, SMTP_PORT: String(smtp.port), SMTP_SECURITY: 'none' }
  const settings = { ...(await emptyProduct(t)), ...mail, UPLOAD_DISK_RESERVE_MEGABYTES: '0' }
  assert.equal((await run(t, ['migrate'], settings)).code, 0)

  const ill = await run(t, ['doctor', '--json', '--timeout', '60', '--only', 'administrators'], settings)
  assert.equal(ill.code, 1, ill.output)
  assert.equal(statusOf(JSON.parse(ill.output), 'administrators.present'), 'fail')

  const admin = ['create-admin', '--email', 'ada@example.org', '--name', 'Ada', '--generate-password']
  assert.equal((await run(t, admin, settings)).code, 0)
  const well = await run(t, ['doctor', '--json', '--timeout', '60', '--only', 'administrators'], settings)
  assert.equal(well.code, 0, well.output)
  const BACKUP_KEY = /^BACKUP_KEY=(\S+)$/m.exec((await run(t, ['backup', 'new-key'], settings)).output)?.[1] ?? ''
  const kept = { ...settings, BACKUP_KEY }
  assert.equal((await run(t, ['backup'], kept)).code, 0)
  const all: Report = JSON.parse((await run(t, ['doctor', '--json', '--timeout', '60'], kept)).output)
  for (const id of [
    'database.migrations',
    'database.encoding',
    'mail.reachable',
    'storage.usable',
    'configuration.valid',
  ])
    assert.equal(statusOf(all, id), 'ok', id)
  assert.equal(statusOf(all, 'backup.recent'), 'ok')
  assert.equal(statusOf(all, 'backup.verified'), 'fail', 'it was not restored on trial yet')
  assert.equal(
    Object.values(all.counts).reduce((sum, count) => sum + count, 0),
    all.checks.length,
  )
})

test('everything dead: it ends in time with 1, makes nothing, and no planted secret is in what it prints', async (t) => {
  const port = await freePort()
  const DATA_DIR = join(tmpdir(), `lms-doctor-none-${process.pid}`)
  const settings = {
    DATA_DIR,
    SECRET_KEY: 'plantedkey-0123456789abcdef-0123456789',
    DATABASE_URL: `postgresql://lms:plantedpw@127.0.0.1:${port}/lms`,
    REDIS_URL: `redis://:plantedredis@127.0.0.1:${port}`,
    SMTP_HOST: '127.0.0.1',
    SMTP_PORT: String(port),
    SMTP_USERNAME: 'lms',
    SMTP_PASSWORD: 'plantedsmtp',
    AZURE_STORAGE_CONNECTION_STRING: 'AccountName=a;AccountKey=plantedazure==',
    APP_DOMAIN: 'no-such-name.invalid',
    FRONTEND_BASE_URL: `https://127.0.0.1:${port}`,
  }
  for (const option of ['--json', '--skipped']) {
    const { code, output, errorOutput } = await run(t, ['doctor', option, '--timeout', '10'], settings)
    assert.equal(code, 1, errorOutput)
    assert.doesNotMatch(output + errorOutput, /planted/)
    for (const id of ['database.reachable', 'redis.reachable', 'mail.reachable', 'domain.dns', 'frontend.https'])
      assert.match(
        output,
        option === '--json' ? new RegExp(`"id": "${id}",\\s+"status": "fail"`) : new RegExp(`✗ ${id}`),
      )
  }
  assert.equal(existsSync(DATA_DIR), false)
})

test('a mistake in the configuration is the finding, everything else is skipped; wrong usage is 2', async (t) => {
  const wrong = await run(t, ['doctor', '--json'], { PORT: 'many', SECRET_KEY: 'plantedshort' })
  assert.equal(wrong.code, 1)
  const report: Report = JSON.parse(wrong.output)
  assert.equal(report.checks[0]?.id, 'configuration.valid')
  assert.match(report.checks[0]?.found ?? '', /PORT: .*SECRET_KEY: /)
  assert.doesNotMatch(wrong.output, /planted/)
  assert.equal(report.counts.skipped, report.checks.length - 1)

  assert.equal((await run(t, ['doctor', '--only', 'weather'], {})).code, 2)
  assert.equal((await run(t, ['doctor', '--timeout', 'soon'], {})).code, 2)
})
